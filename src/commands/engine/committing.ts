import {
  AlreadyClaimed,
  type AppendOutcome,
  type EventStore,
  OutcomeUnknown,
  type Position,
  StoreUnavailable,
} from '../../event-store.ts';
import type { KeyClaim, KeyRegister } from '../../keys.ts';
import type { System } from '../../system.ts';
import type { Group } from './deciding.ts';
import { appendUntilKnown } from './doubts.ts';
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

interface GroupClaim extends KeyClaim {
  readonly group: Group;
  readonly request: Request;
}

const OUTDATED: Commit = { kind: 'outdated' };
const UNCHANGED: Commit = { kind: 'committed', repeated: false, positions: [] };

/** Since the start. */
export interface CommitCounts {
  batches: number;
  /** Decided in them, refusals and repeats too; those that were decided again count again. */
  commands: number;
  /** Parts that were decided on a state that wasn't the stream's. */
  conflicts: number;
}

/** Takes what was decided to the log. */
export class Committer {
  readonly #store: EventStore;
  readonly #keys: KeyRegister;
  readonly #system: System;
  readonly counts: CommitCounts = { batches: 0, commands: 0, conflicts: 0 };

  constructor(store: EventStore, keys: KeyRegister, system: System) {
    this.#store = store;
    this.#keys = keys;
    this.#system = system;
  }

  /**
   * Appends all groups in one call, and sees whether what was only refused is still the newest.
   * The keys of what was accepted are claimed with it, or else ahead of it. Where a stream has a
   * part in a batch `before` too, that must be done first. What isn't committed has a broken state.
   * Never rejects.
   */
  async commit(groups: readonly Group[], before: Promise<unknown>): Promise<Commit[]> {
    let commits: Commit[];
    try {
      if (!this.#store.claimsKeys) await this.#claim(groups);
      if (groups.some(({ stream }) => stream.inFlight > 1)) await before;
      commits = await this.#append(groups, this.#store.claimsKeys ?? false);
    } catch (error) {
      commits = groups.map(() => ({ kind: 'failed', error }));
    }
    this.counts.batches++;
    for (const [place, { warm, decided }] of groups.entries()) {
      this.counts.commands += decided.length;
      const kind = commits[place]?.kind;
      if (kind === 'committed') continue;
      warm.isBroken = true;
      if (kind === 'outdated') this.counts.conflicts++;
    }
    return commits;
  }

  /** Where another stream has a key, that request gets its refusal, and its group is outdated. */
  async #claim(groups: readonly Group[]): Promise<void> {
    const claims: GroupClaim[] = [];
    for (const group of groups) {
      for (const { keys, request } of group.decided) {
        if (keys.length > 0) claims.push({ keys, stream: group.stream.name, group, request });
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

  async #append(groups: readonly Group[], isClaiming: boolean): Promise<Commit[]> {
    const commits: Commit[] = [];
    const sent: number[] = [];
    const later: Promise<void>[] = [];
    const settle = (place: number, commit: Commit | Promise<Commit>) => {
      if (commit instanceof Promise) later.push(commit.then((known) => settle(place, known)));
      else commits[place] = commit;
    };
    for (const [place, group] of groups.entries()) {
      if (group.warm.isBroken) commits[place] = OUTDATED;
      else if (group.events.length > 0) sent.push(place);
      else settle(place, this.#check(group));
    }
    const parts = sent.map((place) => partOf(groups[place] as Group, isClaiming));
    const outcomes = await appendUntilKnown(this.#store, this.#system, parts);
    const claimed: number[] = [];
    for (const [index, place] of sent.entries()) {
      const [group, outcome] = [groups[place] as Group, outcomes[index]];
      if (outcome?.ok === false && outcome.error instanceof AlreadyClaimed) claimed.push(place);
      else settle(place, this.#commitOf(group, outcome));
    }
    if (claimed.length > 0) {
      const again = claimed.map((place) => groups[place] as Group);
      await this.#claim(again);
      for (const [index, commit] of (await this.#append(again, false)).entries()) {
        commits[claimed[index] as number] = commit;
      }
    }
    if (later.length > 0) await Promise.all(later);
    return commits;
  }

  /** What was refused or only read must have been decided on the newest state. */
  #check(group: Group): Commit | Promise<Commit> {
    const { warm, decided } = group;
    for (const { kind, request } of decided) {
      if (kind !== 'refused' && request.kind !== 'load') continue;
      if (request.number > warm.knownUpTo) return this.#checkEnd(group);
    }
    return UNCHANGED;
  }

  async #checkEnd({ stream, expectedRevision }: Group): Promise<Commit> {
    try {
      const from = expectedRevision + 1;
      for await (const _ of this.#store.readStream(stream.name, { from, limit: 1 })) {
        return OUTDATED;
      }
      return UNCHANGED;
    } catch (error) {
      return { kind: 'failed', error };
    }
  }

  #commitOf(group: Group, outcome: AppendOutcome | undefined): Commit | Promise<Commit> {
    if (!outcome) return { kind: 'failed', error: new Error('the store gave no outcome') };
    if (!outcome.ok) {
      const { error } = outcome;
      const isConflict = !(error instanceof StoreUnavailable || error instanceof OutcomeUnknown);
      return isConflict ? OUTDATED : { kind: 'failed', error };
    }
    const { repeated, position, positions } = outcome;
    if (positions) return { kind: 'committed', repeated, positions };
    if (group.events.length === 1) return { kind: 'committed', repeated, positions: [position] };
    return this.#readBack(group, repeated, position);
  }

  async #readBack(group: Group, repeated: boolean, last: Position): Promise<Commit> {
    const { stream, expectedRevision, events } = group;
    const positions: Position[] = [];
    try {
      const range = { from: expectedRevision + 1, limit: events.length };
      for await (const { position } of this.#store.readStream(stream.name, range)) {
        positions.push(position);
      }
      if (positions.length === events.length) return { kind: 'committed', repeated, positions };
    } catch {}
    // It is in the log; where each event stands could not be read. Its part's end is no lie.
    return { kind: 'committed', repeated, positions: events.map(() => last) };
  }
}

function partOf({ stream, expectedRevision, events, decided }: Group, isClaiming: boolean) {
  if (!isClaiming) return { stream: stream.name, expectedRevision, events };
  const [first] = decided;
  const keys = decided.length === 1 && first ? first.keys : decided.flatMap(({ keys }) => keys);
  return { stream: stream.name, expectedRevision, events, keys };
}
