/** One task at a time for each stream, in the order of arrival; different streams don't wait. */
export class StreamQueues {
  readonly #tails = new Map<string, Promise<void>>();

  run<Result>(stream: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(stream) ?? Promise.resolve();
    const result = before.then(task);
    const tail = result.then(
      () => {},
      () => {},
    );
    this.#tails.set(stream, tail);
    void tail.then(() => {
      if (this.#tails.get(stream) === tail) this.#tails.delete(stream);
    });
    return result;
  }

  async drain(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }
}
