import type { Rejection } from './rejections.ts';

/**
 * What a command came to. A repeat has its first effect in the state; a refusal changes nothing.
 */
export type Decision<Event> =
  | { readonly kind: 'accept'; readonly events: readonly Event[] }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'refuse'; readonly rejection: Rejection };

/**
 * `decide` alone refuses and never changes the state; `evolve` never refuses. `evolve` owns the
 * state that it is given and may change it in place (a fold over a million events must not copy
 * its maps); callers go on with what it returns. Time comes in: `nowMs` when deciding, and the very
 * same moment, read back from the event, as `timeMs` when folding (milliseconds since 1970, UTC).
 */
export interface Decider<State, Command, Event> {
  initialState(): State;
  decide(command: Command, state: State, nowMs: number): Decision<Event>;
  evolve(state: State, event: Event, revision: number, timeMs: number): State;
  /** Where business keys must be one stream's only, over the whole log and for ever. */
  readonly claims?: Claims<Command, Event>;
  /** Where the state grows without end, so that parts of it are kept in an archive. */
  readonly archived?: Archived<State, Command, Event>;
}

export interface Claims<Command, Event> {
  /** The keys that are new with this event: those of the events before it are its stream's. */
  keysOf(event: Event): readonly string[];
  /** The refusal when another stream has one of them. */
  taken(command: Command, key: string): Rejection;
}

/**
 * A state of which only a part is in memory: its records (a transaction, a round, a hold) stand
 * under keys of their own, and those not used lately are in an archive. The rest is the core.
 */
export interface Archived<State, Command, Event> {
  /** Of the form of core and records: what another version archived is not read. */
  readonly version: number;
  /**
   * The keys of records that deciding a command, or folding an event, needs and that the state
   * neither holds nor knows to be absent. Asked again when those are in: others may follow.
   */
  missing(state: State, what: Command | Event): readonly string[];
  /** What pages list a key under; others may have the same. */
  hashOf(key: string): number;
  /** Puts in the record of a key, of the first page that has it; there is none if none has. */
  put(state: State, key: string, pages: readonly RecordPage[]): void;
  /** What it takes of memory, counted in records. */
  size(state: State): number;
  /** The core, and every record that changed since it was last asked. */
  snapshot(state: State): Snapshot;
  /** The state of a core, with no record in memory. The hashes are those of all pages. */
  restore(core: string, hashes: readonly Int32Array[]): State;
  /** Forgets records beyond the newest `keep` that are in the archive as they are here. */
  evict(state: State, keep: number): void;
}

/** Records as the archive keeps them, in the order of the hashes of their keys. */
export interface RecordPage {
  /** Ascending. */
  readonly hashes: Int32Array;
  /** In the form of the decider. */
  readonly records: Uint8Array;
}

export interface Snapshot {
  /** Canonical JSON. */
  readonly core: string;
  /** Each in the order of its hashes, from page to page; no hash stands in two pages of one. */
  readonly runs: readonly (readonly RecordPage[])[];
}

export function accept<Event>(...events: Event[]): Decision<Event> {
  return { kind: 'accept', events };
}

export const repeat = { kind: 'repeat' } as const;

export function refuse(rejection: Rejection): Decision<never> {
  return { kind: 'refuse', rejection };
}

export function fold<State, Event>(
  decider: Pick<Decider<State, never, Event>, 'initialState' | 'evolve'>,
  events: Iterable<Event>,
): State {
  let state = decider.initialState();
  let revision = 0;
  for (const event of events) state = decider.evolve(state, event, revision++, 0);
  return state;
}

/** For the end of a switch: the compiler refuses a case that was forgotten. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
