import { unreachable } from '../decider.ts';
import type { AccountRef } from '../ids.ts';
import { evolvePlay } from '../play/evolve.ts';
import { initialPlay, type PlayState } from '../play/state.ts';
import { countPlay } from './count-play.ts';
import type { AccountEvent } from './events.ts';
import { evolveDeposit, evolveHold } from './evolve-funds.ts';
import { evolveGame } from './evolve-game.ts';
import { KeyHashes } from './key-hashes.ts';
import type { Kind } from './needs.ts';
import { depositBytes, holdBytes, roundBytes, transactionBytes } from './record-bytes.ts';
import type { CreditedDeposit, Hold, Round, Transaction } from './records.ts';
import { Shelf } from './shelf.ts';

/** What a new field needs: its place in `sketchOf`, and in the core of `archive.ts`. */
export interface AccountState {
  ref: AccountRef | null;
  available: bigint;
  held: bigint;
  /** Owed by the player after a reversal: while above zero, nothing can be withdrawn. */
  receivable: bigint;
  /** By `<provider> <transaction>`. */
  readonly transactions: Shelf<Transaction>;
  /** By `<provider> <round>`. */
  readonly rounds: Shelf<Round>;
  readonly holds: Shelf<Hold>;
  readonly deposits: Shelf<CreditedDeposit>;
  /** All that is on none of the shelves, but in the archive. */
  readonly gone: KeyHashes;
  /** Whether the player may bet. */
  readonly play: PlayState;
}

export const initialState = (): AccountState => stateWith(new KeyHashes(), {}, initialPlay());

/**
 * With no money and nothing on the shelves; of each kind there are so many records elsewhere.
 * Written out: what is spread stands apart from the rest of an object, a step further for all.
 */
export function stateWith(
  gone: KeyHashes,
  { t, r, h, d }: Partial<Record<Kind, number>>,
  play: PlayState,
): AccountState {
  return {
    ref: null,
    available: 0n,
    held: 0n,
    receivable: 0n,
    transactions: new Shelf(transactionBytes, gone, t),
    rounds: new Shelf(roundBytes, gone, r),
    holds: new Shelf(holdBytes, gone, h),
    deposits: new Shelf(depositBytes, gone, d),
    gone,
    play,
  };
}

/** One event type of the account. */
export type Of<Type extends AccountEvent['type']> = Extract<AccountEvent, { type: Type }>;

export function evolve(
  state: AccountState,
  event: AccountEvent,
  revision: number,
  timeMs: number,
): AccountState {
  countPlay(state, event, revision, timeMs);
  switch (event.type) {
    case 'AccountOpened': {
      const { brand, player, currency } = event.data;
      state.ref = { brand, player, currency };
      return state;
    }
    case 'DepositCredited':
    case 'DepositReversed':
      evolveDeposit(state, event, revision);
      return state;
    case 'BetDebited':
    case 'WinCredited':
    case 'StakelessCredited':
    case 'BetRolledBack':
    case 'WinRolledBack':
    case 'StakelessRolledBack':
    case 'RollbackTombstoned':
    case 'RoundClosed':
      evolveGame(state, event, revision);
      return state;
    case 'SessionOpened':
    case 'SessionClosed':
    case 'LimitSet':
    case 'PlayRestricted':
    case 'PlayReleased':
      evolvePlay(state.play, event, revision, timeMs);
      return state;
    case 'WithdrawalHeld':
    case 'HoldReleased':
    case 'HoldSettled':
      evolveHold(state, event, revision);
      return state;
    default:
      return unreachable(event);
  }
}
