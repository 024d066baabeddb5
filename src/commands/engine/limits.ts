export interface EngineLimits {
  /** Requests that wait or are under way; above it they are refused with Overloaded. */
  readonly mostWaiting: number;
  readonly mostCommandsPerCommit: number;
  /**
   * Batches under way: while one is appended, the next is decided. Twice as many where commands are
   * of many events. Where each part is an append of its own, a batch is under way until its keys
   * are claimed.
   */
  readonly mostBatches: number;
  /** In memory; the least recently used leave. */
  readonly mostStreams: number;
  /** In memory, of all streams together. */
  readonly mostRecords: number;
  /** A snapshot is due after so many events. */
  readonly snapshotEvents: number;
  /** Of one stream with a snapshot, in memory. */
  readonly recordsKept: number;
}

export const ENGINE_LIMITS: EngineLimits = {
  mostWaiting: 10_000,
  mostCommandsPerCommit: 512,
  mostBatches: 2,
  mostStreams: 200_000,
  mostRecords: 2_000_000,
  snapshotEvents: 2_000,
  recordsKept: 20_000,
};
