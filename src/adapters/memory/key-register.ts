import type { KeyClaim, KeyRegister } from '../../keys.ts';

/** The reference, for specs and simulations. */
export class MemoryKeyRegister implements KeyRegister {
  readonly #owners = new Map<string, string>();

  async claim(claims: readonly KeyClaim[]): Promise<ReadonlyMap<string, string>> {
    const taken = new Map<string, string>();
    for (const { key, stream } of claims) {
      const owner = this.#owners.get(key) ?? stream;
      this.#owners.set(key, owner);
      if (owner !== stream) taken.set(key, owner);
    }
    return taken;
  }
}
