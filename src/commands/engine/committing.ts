import {
  AlreadyClaimed,
  type AppendOutcome,
  type EventStore,
  OutcomeUnknown,
  type Position,
  StoreUnavailable,
} from '../../event-store.ts';
import type { KeyRegister } from '../../keys.ts';
import type { System } from '../../system.ts';
import { claimKeys } from './claiming.ts';
import type { Group } from './deciding.ts';
import { appendUntilKnown } from './doubts.ts';

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

type Appended = AppendOutcome & { readonly ok: true };

/** What became of a part, before it is looked up where each of its events stands. */
type Known = Appended | Commit;

export type Settle = (group: Group, commit: Commit) => void;

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
   * part in a batch `before` too, that must be done first, if only by the log's own order. What
   * isn't committed has a broken state. Never rejects.
   */
  async commit(groups: readonly Group[], before: Promise<unknown>): Promise<Commit[]> {
    let commits: Commit[];
    try {
      const { claimsKeys = false, appendsInOrder } = this.#store;
      if (!claimsKeys) await claimKeys(this.#keys, groups);
      if (!(claimsKeys && appendsInOrder) && groups.some(runsAhead)) await before;
      commits = await this.#append(groups, claimsKeys, before);
    } catch (error) {
      commits = groups.map(() => ({ kind: 'failed', error }));
    }
    this.counts.batches++;
    for (const [place, group] of groups.entries()) this.#note(group, commits[place]?.kind);
    return commits;
  }

  /**
   * The same for a log in which every part is an append of its own: each group is settled when its
   * own is known, so that none waits for the slowest. Of one stream they go one after the other: a
   * revision alone wouldn't tell that what stands before it is somebody else's. Resolves when the
   * keys are claimed: so the next ones are while these are appended. Never rejects.
   */
  async commitApart(groups: readonly Group[], settle: Settle): Promise<void> {
    const claimed = claimKeys(this.#keys, groups);
    this.counts.batches++;
    for (const group of groups) {
      const { stream } = group;
      const { known: before, settled: settledBefore } = stream.tail;
      const known = this.#appendAlone(group, claimed, before);
      const settled = this.#settleAlone(group, known, settledBefore, settle);
      stream.tail = { known, settled };
    }
    await claimed.catch(() => {});
  }

  /** Never rejects, and leaves the state broken that isn't the log's. */
  async #appendAlone(
    group: Group,
    claimed: Promise<void>,
    before: Promise<unknown>,
  ): Promise<Known> {
    let known: Known;
    try {
      if (group.events.length > 1) this.#store.prepare?.(partOf(group, false));
      await claimed;
      await before;
      if (group.warm.isBroken) known = OUTDATED;
      else if (group.events.length === 0) known = await this.#check(group);
      else {
        const parts = [partOf(group, false)];
        const [outcome] = await appendUntilKnown(this.#store, this.#system, parts);
        known = outcome?.ok ? outcome : notWritten(outcome);
      }
    } catch (error) {
      known = { kind: 'failed', error };
    }
    this.#note(group, 'ok' in known ? 'committed' : known.kind);
    return known;
  }

  /** In the order of the stream. The part that waited for this one is sent first. */
  async #settleAlone(
    group: Group,
    appended: Promise<Known>,
    before: Promise<unknown>,
    settle: Settle,
  ): Promise<void> {
    const known = await appended;
    const commit = 'ok' in known ? await this.#placed(group, known) : known;
    if (group.stream.inFlight > 1) await this.#system.turn();
    await before;
    settle(group, commit);
  }

  #note({ warm, decided }: Group, kind: Commit['kind'] | undefined): void {
    this.counts.commands += decided.length;
    if (kind === 'committed') return;
    warm.isBroken = true;
    if (kind === 'outdated') this.counts.conflicts++;
  }

  async #append(
    groups: readonly Group[],
    isClaiming: boolean,
    before: Promise<unknown>,
  ): Promise<Commit[]> {
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
      else settle(place, runsAhead(group) ? this.#checkAfter(group, before) : this.#check(group));
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
      await claimKeys(this.#keys, again);
      const commitsAgain = await this.#append(again, false, before);
      for (const [index, commit] of commitsAgain.entries()) {
        commits[claimed[index] as number] = commit;
      }
    }
    if (later.length > 0) await Promise.all(later);
    return commits;
  }

  async #checkAfter(group: Group, before: Promise<unknown>): Promise<Commit> {
    await before;
    return group.warm.isBroken ? OUTDATED : this.#check(group);
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
    return outcome?.ok ? this.#placed(group, outcome) : notWritten(outcome);
  }

  #placed(group: Group, outcome: Appended): Commit | Promise<Commit> {
    const { repeated, position, positions } = outcome;
    if (positions) return { kind: 'committed', repeated, positions };
    if (group.events.length === 1) return { kind: 'committed', repeated, positions: [position] };
    return this.#lookUp(group, repeated, position);
  }

  async #lookUp(group: Group, repeated: boolean, last: Position): Promise<Commit> {
    const { stream, expectedRevision, events } = group;
    const positions: Position[] = [];
    try {
      // What was there before may be other bytes under the same ids: its places are only read.
      const told = repeated ? undefined : this.#store.positionsOf?.(partOf(group, false), last);
      const all = await told;
      if (all?.length === events.length) return { kind: 'committed', repeated, positions: all };
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

/** It was decided on what isn't known to be in the log yet. */
const runsAhead = ({ stream }: Group): boolean => stream.inFlight > 1;

function notWritten(outcome: (AppendOutcome & { ok: false }) | undefined): Commit {
  if (!outcome) return { kind: 'failed', error: new Error('the store gave no outcome') };
  const { error } = outcome;
  const isConflict = !(error instanceof StoreUnavailable || error instanceof OutcomeUnknown);
  return isConflict ? OUTDATED : { kind: 'failed', error };
}

function partOf({ stream, expectedRevision, events, decided }: Group, isClaiming: boolean) {
  if (!isClaiming) return { stream: stream.name, expectedRevision, events };
  const keys: string[] = [];
  for (const { keys: taken } of decided) keys.push(...taken);
  return { stream: stream.name, expectedRevision, events, keys };
}
