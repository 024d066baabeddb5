import { depositId } from '../../domain/ids.ts';
import type { ProjectedEvent } from '../projection.ts';
import { rowKey } from '../rows/keyed-rows.ts';
import type { Measure } from './measures.ts';

/** What a player does first, and when what began has ended, needs that player's order alone. */
export function keyOf({ event }: ProjectedEvent): string | null {
  switch (event.type) {
    case 'RateRecorded':
      return rowKey('rates', event.data.quote);
    case 'ReportingPolicyPublished':
      return 'business day';
    case 'DepositDetected': {
      const { owner, booking } = event.data;
      return owner === null || booking !== 'player' ? null : rowKey(owner.brand, owner.player);
    }
    case 'BetDebited':
    case 'BetRolledBack':
    case 'WinCredited':
    case 'WinRolledBack':
    case 'StakelessCredited':
    case 'StakelessRolledBack':
    case 'DepositCredited':
    case 'DepositReversed':
    case 'WithdrawalHeld':
    case 'HoldReleased':
    case 'HoldSettled':
    case 'PlayerRegistered':
      return rowKey(event.data.brand, event.data.player);
    default:
      return null;
  }
}

/** What begins or ends with an event: the id under which it waits meanwhile. */
export function waitingId({ event }: ProjectedEvent): string | null {
  switch (event.type) {
    case 'DepositDetected':
      return event.data.booking === 'player'
        ? `${depositId(event.data)}/${event.data.epoch}`
        : null;
    case 'DepositCredited':
      return `${event.data.deposit}/${event.data.epoch}`;
    case 'WithdrawalHeld':
    case 'HoldReleased':
    case 'HoldSettled':
      return event.data.withdrawal;
    default:
      return null;
  }
}

/** Of a row of facts. Written out, because each bet needs one. */
export const factKey = (
  day: string,
  measure: Measure,
  { brand, currency }: { readonly brand: string; readonly currency: string },
  chain: string,
  provider = '',
  game = '',
  kind = '',
) => `${day}\0${measure}\0${brand}\0${currency}\0${chain}\0${provider}\0${game}\0${kind}`;
