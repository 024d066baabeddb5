/** The business keys of one effect, and the stream whose they shall be. */
export interface KeyClaim {
  readonly keys: readonly string[];
  readonly stream: string;
}

/** By key, the stream that has it. */
export type Owners = ReadonlyMap<string, string>;

/**
 * The port to the register of business keys: each belongs to one stream, for ever, first come first
 * served. What no append to a single stream can tell: that (provider, transaction) was another
 * player's. A key is claimed before the event that carries it is appended, so the log never holds
 * one that isn't registered; a claim whose append failed stays with its stream, which may use it.
 */
export interface KeyRegister {
  /**
   * Each claim takes all of its keys, or none when another stream has one of them. Answers with the
   * owners of those that could not be had.
   */
  claim(claims: readonly KeyClaim[]): Promise<Owners>;
}

/** Claims of one call, in order, against each other and against what is known to be owned. */
export function sortOut(
  claims: readonly KeyClaim[],
  known: Owners,
): { readonly taken: Map<string, string>; readonly free: Map<string, string> } {
  const taken = new Map<string, string>();
  const free = new Map<string, string>();
  const ownerOf = (key: string) => known.get(key) ?? free.get(key);
  for (const { keys, stream } of claims) {
    const others = keys.filter((key) => (ownerOf(key) ?? stream) !== stream);
    for (const key of others) taken.set(key, ownerOf(key) ?? stream);
    if (others.length > 0) continue;
    for (const key of keys) if (!known.has(key)) free.set(key, stream);
  }
  return { taken, free };
}
