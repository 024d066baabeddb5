import { copyOfPlay } from '../play/state.ts';
import { SketchedShelf } from './shelf.ts';
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
