import type { DomainEvent, EventType } from '../events.ts';
import type { PlayerRef } from '../ids.ts';
import type { Use } from './links.ts';
import {
  countBet,
  countBonus,
  countDeposit,
  countRefund,
  countReversal,
  countWin,
  type Play,
} from './play.ts';

/** What says anything of a player's risk. A request is counted by whoever knows its destination. */
export const PLAYER_EVENTS = [
  ...(['BetDebited', 'BetRolledBack', 'WinCredited', 'WinRolledBack'] as const),
  ...(['StakelessCredited', 'StakelessRolledBack', 'DepositCredited', 'DepositReversed'] as const),
  ...(['DepositDetected', 'SessionOpened', 'WithdrawalRequested'] as const),
] as const satisfies readonly EventType[];

/** Null: of no player, or of none of these types. */
export function playerOf(event: DomainEvent): PlayerRef | null {
  if (event.type === 'DepositDetected') {
    return event.data.booking === 'player' ? event.data.owner : null;
  }
  return (PLAYER_EVENTS as readonly string[]).includes(event.type)
    ? (event.data as PlayerRef)
    : null;
}

/** True where it is a good moment to look at the player anew. */
export function follow(play: Play, event: DomainEvent, timeMs: number): boolean {
  switch (event.type) {
    case 'BetDebited': {
      const { currency, gameKind, amount } = event.data;
      return countBet(play, currency, gameKind, BigInt(amount), timeMs);
    }
    case 'BetRolledBack':
      countRefund(
        play,
        event.data.currency,
        event.data.gameKind,
        BigInt(event.data.amount),
        timeMs,
      );
      return false;
    case 'WinCredited':
      countWin(play, event.data.currency, BigInt(event.data.amount), timeMs);
      return false;
    case 'WinRolledBack':
      countWin(play, event.data.currency, -BigInt(event.data.amount), timeMs);
      return false;
    case 'StakelessCredited':
      countBonus(play, event.data.currency, BigInt(event.data.amount), timeMs);
      return false;
    case 'StakelessRolledBack':
      countBonus(play, event.data.currency, -BigInt(event.data.amount), timeMs);
      return false;
    case 'DepositCredited':
      countDeposit(play, event.data.currency, BigInt(event.data.amount), timeMs);
      return true;
    case 'DepositReversed':
      countReversal(play, event.data.currency, BigInt(event.data.amount), timeMs);
      return false;
    default:
      return event.type === 'SessionOpened';
  }
}

interface Used {
  readonly use: Use;
  readonly reference: string;
}

const NOTHING: readonly Used[] = [];

/** What the player was seen to use. */
export function referencesIn(event: DomainEvent): readonly Used[] {
  switch (event.type) {
    case 'SessionOpened': {
      const { deviceRef, networkRef } = event.data;
      return [
        ...(deviceRef === null ? [] : [{ use: 'device' as const, reference: deviceRef }]),
        ...(networkRef === null ? [] : [{ use: 'network' as const, reference: networkRef }]),
      ];
    }
    case 'DepositDetected':
      return [{ use: 'source', reference: `${event.data.chain}/${event.data.from}` }];
    case 'WithdrawalRequested':
      return [{ use: 'destination', reference: `${event.data.chain}/${event.data.destination}` }];
    default:
      return NOTHING;
  }
}
