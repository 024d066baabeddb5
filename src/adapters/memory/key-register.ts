import { type KeyClaim, type KeyRegister, type Owners, sortOut } from '../../keys.ts';

/** The reference, for specs and simulations. */
export class MemoryKeyRegister implements KeyRegister {
  readonly #owners = new Map<string, string>();

  isClaimed(key: string): boolean {
    return this.#owners.has(key);
  }

  async claim(claims: readonly KeyClaim[]): Promise<Owners> {
    return this.claimNow(claims);
  }

  claimNow(claims: readonly KeyClaim[]): Owners {
    const { taken, free } = sortOut(claims, this.#owners);
    for (const [key, stream] of free) this.#owners.set(key, stream);
    return taken;
  }
}
