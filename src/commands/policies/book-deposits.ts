import { accountDecider } from '../../domain/account/decide.ts';
import { type DepositState, depositDecider } from '../../domain/deposit/decide.ts';
import { decodeEvent } from '../../domain/events.ts';
import { type DepositRef, depositId, deterministicId, streams } from '../../domain/ids.ts';
import { walletDecider } from '../../domain/wallet/decide.ts';
import type { CommandContext } from '../engine.ts';
import type { House } from '../house.ts';
import { execute } from '../house.ts';
import type { Policy } from './runner.ts';

type Seen = Exclude<DepositState, { status: 'unseen' }>;

/**
 * Whenever a deposit is deep enough, it is booked: to its player, or to the house's capital or
 * suspense. Whenever a reorg takes it away, whatever was booked for that epoch is reversed.
 */
export function bookDeposits(house: House): Policy {
  return {
    name: 'book-deposits',
    filter: { streamPrefixes: ['deposit-'], types: ['DepositConfirmed', 'DepositOrphaned'] },
    async handle(recorded) {
      const { event, metadata } = decodeEvent(recorded);
      if (event.type !== 'DepositConfirmed' && event.type !== 'DepositOrphaned') return;
      const { chain, txid, position, epoch } = event.data;
      const deposit = { chain, txid, position };
      const state = await house.engine.load(depositDecider, streams.deposit(deposit));
      if (state.status === 'unseen') throw new Error(`${recorded.stream} has no sighting`);
      const context: CommandContext = {
        actor: { kind: 'system', id: 'book-deposits' },
        commandId: deterministicId('book-deposits', recorded.id),
        causationId: recorded.id,
        correlationId: metadata.correlationId,
      };
      if (event.type === 'DepositOrphaned') {
        await reverse(house, deposit, epoch, state, context);
      } else if (event.data.confirmations >= event.data.required) {
        // Orphaned since: then there is nothing to book for this epoch.
        if (state.epoch !== epoch || state.status === 'orphaned') return;
        await book(house, deposit, state, context);
      }
    },
  };
}

async function book(
  house: House,
  deposit: DepositRef,
  { epoch, facts }: Seen,
  context: CommandContext,
): Promise<void> {
  const { chain, txid } = deposit;
  const { booking, owner, currency, asset, address, amount } = facts;
  if (booking === 'none' || currency === null || asset === null) return;
  const id = depositId(deposit);
  if (booking === 'player') {
    if (!owner) throw new Error(`deposit ${id} has no player`);
    const account = { ...owner, currency };
    await execute(
      house,
      accountDecider,
      streams.account(account),
      {
        type: 'CreditDeposit',
        ...{ account, deposit: id, epoch, chain, address, asset, txid, amount },
      },
      context,
      () => null,
    );
    return;
  }
  await execute(
    house,
    walletDecider,
    streams.wallet(chain, address),
    {
      type: 'BookFunding',
      wallet: { chain, address },
      funding: { deposit: id, epoch, currency, amount, contra: booking },
    },
    context,
    () => null,
  );
}

/** Both sides are asked: the one that never booked this epoch has nothing to reverse. */
async function reverse(
  house: House,
  deposit: DepositRef,
  epoch: number,
  { facts }: Seen,
  context: CommandContext,
): Promise<void> {
  const { chain } = deposit;
  const { owner, currency, address } = facts;
  const id = depositId(deposit);
  if (owner && currency !== null) {
    const account = { ...owner, currency };
    await execute(
      house,
      accountDecider,
      streams.account(account),
      { type: 'ReverseDeposit', account, deposit: id, epoch, chain, address },
      context,
      () => null,
    );
  }
  await execute(
    house,
    walletDecider,
    streams.wallet(chain, address),
    { type: 'ReverseFunding', wallet: { chain, address }, deposit: id, epoch },
    context,
    () => null,
  );
}
