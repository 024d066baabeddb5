import { type Position, START } from '../../event-store.ts';
import type { Change } from './read-model.ts';

/** The newest changes, for all clients: bounded, in the order of the log, without a hole. */
export class RecentChanges {
  readonly #bound: number;
  #changes: Change[] = [];
  /** The number of the first one that is kept. */
  #first = 0;
  #from: Position = START;
  #upTo: Position = START;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** After this position every change is here, as far as `upTo`. */
  get from(): Position {
    return this.#from;
  }

  get upTo(): Position {
    return this.#upTo;
  }

  begin(at: Position): void {
    this.#changes = [];
    this.#from = at;
    this.#upTo = at;
  }

  add(change: Change): void {
    this.#changes.push(change);
    this.#upTo = change.position;
    // Half at once: an array is not a queue.
    if (this.#changes.length < this.#bound * 2) return;
    const gone = this.#changes.splice(0, this.#bound);
    this.#first += gone.length;
    this.#from = gone.at(-1)?.position ?? this.#from;
  }

  /** Nothing else of interest stands up to there. */
  reach(position: Position): void {
    if (position > this.#upTo) this.#upTo = position;
  }

  /** The number of the first change after a position. */
  numberAfter(position: Position): number {
    let [low, high] = [0, this.#changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#changes[middle]?.position ?? START) > position) high = middle;
      else low = middle + 1;
    }
    return this.#first + low;
  }

  /** Undefined: not yet. `gone`: it was there, and is kept no more. */
  at(number: number): Change | 'gone' | undefined {
    return number < this.#first ? 'gone' : this.#changes[number - this.#first];
  }
}
