/** Every wait has an end, every crowd a size. Tests give shorter times; nobody else needs to. */
export interface Limits {
  /** For finding a node and getting a connection that is ready to send. */
  readonly connectMs: number;
  /** For the answer to an append; the server itself gives up after two seconds. */
  readonly answerMs: number;
  /** Between two events of a read. */
  readonly readMs: number;
  /** How long an append goes on trying before it answers that it could not. */
  readonly patienceMs: number;
  /** How often the end of the log is looked at should the subscription not tell. */
  readonly pollMs: number;
  /** How much of the log the server may search in one read, in which it says nothing meanwhile. */
  readonly nearBytes: number;
}

export const LIMITS: Limits = {
  connectMs: 4_000,
  answerMs: 5_000,
  readMs: 10_000,
  patienceMs: 10_000,
  pollMs: 500,
  nearBytes: 16 * 1024 * 1024,
};
