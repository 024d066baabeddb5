import { copyOfPlay } from '../play/state.ts';
import { KeyHashes } from './key-hashes.ts';
import { Shelf } from './shelf.ts';
import type { AccountState } from './state.ts';

/**
 * A state to try things on: it begins as the given one and leaves that as it is. Every field that
 * `evolve` changes in place needs a copy here.
 */
export function sketchOf(state: AccountState): AccountState {
  return {
    ...state,
    transactions: new SketchedShelf(state.transactions),
    rounds: new SketchedShelf(state.rounds),
    holds: new SketchedShelf(state.holds),
    deposits: new SketchedShelf(state.deposits),
    play: copyOfPlay(state.play),
  };
}

const NOTHING = new KeyHashes();

/** A draft of a shelf: it begins with what that has, and what happens to it, that never sees. */
export class SketchedShelf<R extends object> extends Shelf<R> {
  readonly #base: Shelf<R>;
  readonly #own = new Map<string, R>();

  constructor(base: Shelf<R>) {
    super(base.form, NOTHING);
    this.#base = base;
  }

  override get(id: string): R | undefined {
    return this.#own.get(id) ?? this.#base.get(id);
  }

  override add(id: string, record: R): void {
    this.#own.set(id, record);
  }
}
