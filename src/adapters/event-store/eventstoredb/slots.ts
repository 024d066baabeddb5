/** Lets so much through at once; the rest waits in order. Something too large goes alone. */
export class Slots {
  readonly #limit: number;
  readonly #waiting: { readonly size: number; readonly enter: () => void }[] = [];
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** Undefined: entered at once. What is awaited is the place in the queue. */
  enter(size = 1): Promise<void> | undefined {
    if (this.#waiting.length === 0 && this.#hasRoom(size)) {
      this.#used += size;
      return undefined;
    }
    return new Promise((enter) => {
      this.#waiting.push({ size, enter });
    });
  }

  leave(size = 1): void {
    this.#used -= size;
    for (let next = this.#waiting[0]; next && this.#hasRoom(next.size); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#used += next.size;
      next.enter();
    }
  }

  #hasRoom(size: number): boolean {
    return this.#used === 0 || this.#used + size <= this.#limit;
  }
}
