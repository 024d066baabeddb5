import type { RecordPage, Snapshot } from './domain/decider.ts';

/**
 * The port to what the engine keeps of long streams, so that a stream of a million events is ready
 * in a moment and only what was used lately is in memory. All of it can be lost: it is built again
 * from the log. Of each stream there is a newest snapshot, and the records of all before it: what
 * was saved last of a key counts.
 */
export interface Archive {
  /** The newest snapshot of a stream, made by this version of its decider. */
  core(stream: string, version: number): Promise<ArchivedCore | undefined>;
  /**
   * The hashes of all keys, a list for each page. Undefined when the newest snapshot is of none of
   * these revisions: they would not fit what the caller knows.
   */
  hashes(stream: string, snapshot: SnapshotId): Promise<readonly Int32Array[] | undefined>;
  /** All pages in which one of these stands, the newest first. Undefined as above. */
  pages(
    stream: string,
    snapshot: SnapshotId,
    hashes: readonly number[],
  ): Promise<readonly RecordPage[] | undefined>;
  /**
   * Core and changed records in one commit. False: the newest snapshot isn't the one that this one
   * follows on, so that records would be missing.
   */
  save(stream: string, version: number, snapshot: StreamSnapshot): Promise<boolean>;
}

export interface SnapshotId {
  readonly version: number;
  /** It is of one of these. */
  readonly revisions: readonly number[];
}

export interface ArchivedCore {
  /** Of the last event that it holds. */
  readonly revision: number;
  /** Canonical JSON. */
  readonly core: string;
}

/** With every record that changed since the snapshot before. */
export interface StreamSnapshot extends ArchivedCore, Snapshot {
  /** The revision of the snapshot before; NO_STREAM: there was none. */
  readonly since: number;
}
