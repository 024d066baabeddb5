import type { Position } from './event-store.ts';

/**
 * The port to what the engine keeps of long streams, so that a stream of a million events is ready
 * in milliseconds and only what was used lately is in memory. All of it can be lost: it is built
 * again from the log.
 */
export interface Archive {
  /** The newest snapshot of a stream, made by this version of its decider. */
  core(stream: string, version: number): Promise<ArchivedCore | undefined>;
  /**
   * Those of the records that are there, by key, as the newest snapshot has them. Undefined when
   * that is of none of these revisions: they would not fit what the caller knows.
   */
  records(
    stream: string,
    snapshot: { readonly version: number; readonly revisions: readonly number[] },
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, string> | undefined>;
  /**
   * Core and changed records in one commit. False: there is one of this revision or later, or what
   * this one follows on is there no more, so that it alone would be a part for the whole.
   */
  save(stream: string, version: number, snapshot: StreamSnapshot): Promise<boolean>;
}

export interface ArchivedCore {
  /** Of the last event that it holds. */
  readonly revision: number;
  readonly position: Position;
  /** Canonical JSON. */
  readonly core: string;
}

export interface StreamSnapshot extends ArchivedCore {
  /** Every record that changed since the snapshot before: canonical JSON, by key. */
  readonly records: ReadonlyMap<string, string>;
  /**
   * The revision of the snapshot before, and the keys of those records that it has: none of the
   * others needs to be looked for while that is the newest. NO_STREAM: there was none.
   */
  readonly since: { readonly revision: number; readonly known: ReadonlySet<string> };
}
