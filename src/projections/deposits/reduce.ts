import type { DepositEvent } from '../../domain/deposit/events.ts';
import { depositId } from '../../domain/ids.ts';
import type { ProjectedEvent } from '../projection.ts';
import { beginWay, enter } from '../ways.ts';
import type { DepositRow } from './read-model.ts';

/** The row after one more event of its deposit. */
export function reduce(
  row: DepositRow | undefined,
  { event, time, position }: ProjectedEvent,
): DepositRow {
  if (event.type === 'DepositDetected') return detected(row, event.data, time, position);
  if (!row) throw new Error(`${event.type} before the deposit was detected`);
  const now = { ...row, position };
  switch (event.type) {
    case 'DepositRejected':
      return { ...enter(now, 'rejected', time, true), reason: event.data.reason };
    case 'DepositConfirmed': {
      const { confirmations } = event.data;
      return { ...(kept(row) ? now : enter(now, 'confirming', time)), confirmations };
    }
    case 'DepositCredited':
    case 'WalletFunded':
      if (event.data.epoch !== row.epoch || kept(row)) return now;
      return enter(now, 'credited', time);
    case 'DepositFinalised':
      return row.status === 'rejected' ? now : enter(now, 'final', time, true);
    case 'DepositOrphaned':
      return { ...enter(now, 'orphaned', time, true), reason: 'reorg' };
    case 'DepositReversed':
    case 'WalletFundingReversed':
      // The next epoch may have begun: then this is the end of the one before.
      if (event.data.epoch !== row.epoch) return now;
      return { ...enter(now, 'reversed', time, true), reason: 'reorg' };
    default:
      return now;
  }
}

/** What no later confirmation or credit of the same epoch changes. */
const kept = ({ status }: DepositRow) => status === 'rejected' || status === 'final';

/** Mined again, it goes on: its way has the steps of the epochs before. */
function detected(
  row: DepositRow | undefined,
  data: Extract<DepositEvent, { type: 'DepositDetected' }>['data'],
  time: string,
  position: string,
): DepositRow {
  const { chain, txid, owner, address, from, asset, contract, currency, amount, booking } = data;
  const { epoch, required, block } = data;
  return {
    deposit: depositId(data),
    ...{ chain, txid, address, from, asset, contract, currency, amount, booking },
    ...{ epoch, required },
    brand: owner?.brand ?? null,
    player: owner?.player ?? null,
    ...wayOf(row ? enter(row, 'detected', time) : beginWay('detected', time)),
    reason: null,
    confirmations: 0,
    blockHeight: block.height,
    detectedAt: row?.detectedAt ?? time,
    position,
  };
}

const wayOf = ({ status, steps, endedAt }: Pick<DepositRow, 'status' | 'steps' | 'endedAt'>) => ({
  ...{ status, steps, endedAt },
});
