/** A business key, and the stream whose it shall be. */
export interface KeyClaim {
  readonly key: string;
  readonly stream: string;
}

/**
 * The port to the register of business keys: each belongs to one stream, for ever, first come first
 * served. What no append to a single stream can tell: that (provider, transaction) was another
 * player's. A key is claimed before the event that carries it is appended, so the log never holds
 * one that isn't registered; a claim whose append failed stays with its stream, which may use it.
 */
export interface KeyRegister {
  /** Answers, by key, with the owner of each key that is not every claimant's. */
  claim(claims: readonly KeyClaim[]): Promise<ReadonlyMap<string, string>>;
}
