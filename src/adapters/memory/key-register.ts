import { type KeyClaim, type KeyRegister, type Owners, sortOut } from '../../keys.ts';

/** The reference, for specs and simulations. */
export class MemoryKeyRegister implements KeyRegister {
  readonly #owners = new Map<string, string>();

  async claim(claims: readonly KeyClaim[]): Promise<Owners> {
    const { taken, free } = sortOut(claims, this.#owners);
    for (const [key, stream] of free) this.#owners.set(key, stream);
    return taken;
  }
}
