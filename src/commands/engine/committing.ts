import {
  type AppendOutcome,
  type EventStore,
  OutcomeUnknown,
  type Position,
  StoreUnavailable,
  type StreamAppend,
} from '../../event-store.ts';
import type { KeyClaim, KeyRegister } from '../../keys.ts';
import type { System } from '../../system.ts';
import type { Decided, Group } from './deciding.ts';
import type { Request } from './request.ts';

export type Commit =
  | {
      readonly kind: 'committed';
      /** The very same events were in the log already: another process decided the same. */
      readonly repeated: boolean;
      /** Of each event of the group, in order. */
      readonly positions: readonly Position[];
    }
  /** Decided on a state that isn't the stream's. */
  | { readonly kind: 'outdated' }
  | { readonly kind: 'failed'; readonly error: unknown };

type Outcome = AppendOutcome;

interface GroupClaim extends KeyClaim {
  readonly group: Group;
  readonly request: Request;
}

const OUTDATED: Commit = { kind: 'outdated' };
const UNKNOWN_RETRIES = 6;
const FIRST_PAUSE_MS = 50;

/** Takes what was decided to the log. */
export class Committer {
  readonly #store: EventStore;
  readonly #keys: KeyRegister;
  readonly #system: System;

  constructor(store: EventStore, keys: KeyRegister, system: System) {
    this.#store = store;
    this.#keys = keys;
    this.#system = system;
  }

  /**
   * Claims the keys of what was accepted. Where another stream has one, that request gets its
   * refusal and the group is to be decided again.
   */
  async claim(groups: readonly Group[]): Promise<void> {
    const claims: GroupClaim[] = [];
    for (const group of groups) {
      const { decider, name } = group.stream;
      if (!decider.claims) continue;
      for (const { kind, request } of group.decided) {
        const keys = kind === 'accepted' ? decider.claims.keysOf(request.command) : [];
        if (keys.length > 0) claims.push({ keys, stream: name, group, request });
      }
    }
    if (claims.length === 0) return;
    const taken = await this.#keys.claim(claims);
    if (taken.size === 0) return;
    for (const { keys, stream, group, request } of claims) {
      const key = keys.find((each) => (taken.get(each) ?? stream) !== stream);
      if (key === undefined) continue;
      request.refusal = group.stream.decider.claims?.taken(request.command, key) ?? null;
      group.warm.isBroken = true;
    }
  }

  /** Appends all parts in one call, and sees whether what was only refused is still the newest. */
  async append(groups: readonly Group[]): Promise<Commit[]> {
    const sent = groups.filter(({ warm, events }) => !warm.isBroken && events.length > 0);
    const parts = sent.map(
      ({ stream, expectedRevision, events }): StreamAppend => ({
        stream: stream.name,
        expectedRevision,
        events,
      }),
    );
    const [outcomes, others] = await Promise.all([
      this.#appendUntilKnown(parts),
      Promise.all(groups.map((group) => (sent.includes(group) ? null : this.#check(group)))),
    ]);
    const commits = await Promise.all(
      sent.map((group, index) => this.#commitOf(group, outcomes[index])),
    );
    const bySent = new Map(sent.map((group, index) => [group, commits[index]]));
    return groups.map((group, index) => others[index] ?? bySent.get(group) ?? OUTDATED);
  }

  /** The same ids and the same revisions until every outcome is known, or as long as it pays. */
  async #appendUntilKnown(parts: readonly StreamAppend[]): Promise<Outcome[]> {
    if (parts.length === 0) return [];
    let outcomes = await this.#store.append(parts);
    const doubted = new Set<number>();
    for (let attempt = 0; attempt < UNKNOWN_RETRIES; attempt++) {
      outcomes.forEach((outcome, index) => {
        if (!outcome.ok && outcome.error instanceof OutcomeUnknown) doubted.add(index);
      });
      const open = parts.flatMap((part, index) =>
        isOpen(outcomes[index], doubted.has(index)) ? [{ part, index }] : [],
      );
      if (open.length === 0) break;
      await this.#system.sleep(2 ** attempt * FIRST_PAUSE_MS * (0.5 + this.#system.random()));
      const again = await this.#store.append(open.map(({ part }) => part));
      outcomes = outcomes.slice();
      open.forEach(({ index }, place) => {
        const outcome = again[place];
        if (outcome) outcomes[index] = outcome;
      });
    }
    return outcomes.map((outcome, index) => settled(outcome, doubted.has(index)));
  }

  /** What was refused or only read must have been decided on the newest state. */
  async #check({ stream, warm, decided, expectedRevision, events }: Group): Promise<Commit> {
    if (warm.isBroken || events.length > 0) return OUTDATED;
    const known: Commit = { kind: 'committed', repeated: false, positions: [] };
    const isChecked = ({ kind, request }: Decided) =>
      (kind === 'refused' || request.kind === 'load') && request.number > warm.knownUpTo;
    if (!decided.some(isChecked)) return known;
    try {
      const from = expectedRevision + 1;
      for await (const _ of this.#store.readStream(stream.name, { from, limit: 1 })) {
        return OUTDATED;
      }
      return known;
    } catch (error) {
      return { kind: 'failed', error };
    }
  }

  async #commitOf(group: Group, outcome: Outcome | undefined): Promise<Commit> {
    if (!outcome) return { kind: 'failed', error: new Error('the store gave no outcome') };
    if (!outcome.ok) {
      const { error } = outcome;
      const isConflict = !(error instanceof StoreUnavailable || error instanceof OutcomeUnknown);
      return isConflict ? OUTDATED : { kind: 'failed', error };
    }
    const { repeated, position, positions } = outcome;
    const isAlone = group.events.length === 1;
    try {
      return {
        ...{ kind: 'committed', repeated },
        positions: positions ?? (isAlone ? [position] : await this.#positionsOf(group)),
      };
    } catch {
      // It is in the log; where each event stands could not be read. Its part's end is no lie.
      return { kind: 'committed', repeated, positions: group.events.map(() => position) };
    }
  }

  async #positionsOf({ stream, expectedRevision, events }: Group): Promise<Position[]> {
    const positions: Position[] = [];
    const range = { from: expectedRevision + 1, limit: events.length };
    for await (const { position } of this.#store.readStream(stream.name, range)) {
      positions.push(position);
    }
    if (positions.length < events.length) throw new Error(`${stream.name} lacks what was appended`);
    return positions;
  }
}

/** Whether to send it again: an outcome in doubt, until a later try tells. */
function isOpen(outcome: Outcome | undefined, isDoubted: boolean): boolean {
  if (!outcome || outcome.ok) return false;
  if (outcome.error instanceof OutcomeUnknown) return true;
  return isDoubted && outcome.error instanceof StoreUnavailable;
}

/** After a doubt, what is found is our own first try, and what can't be reached stays in doubt. */
function settled(outcome: Outcome, isDoubted: boolean): Outcome {
  if (!isDoubted) return outcome;
  if (outcome.ok) return { ...outcome, repeated: false };
  const { error: cause } = outcome;
  if (!(cause instanceof StoreUnavailable)) return outcome;
  return { ok: false, error: new OutcomeUnknown('the append may be in the log', { cause }) };
}
