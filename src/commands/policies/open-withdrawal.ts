import { accountDecider } from '../../domain/account/decide.ts';
import type { AccountEvent } from '../../domain/account/events.ts';
import { decodeEvent, type EventMetadata } from '../../domain/events.ts';
import { type AccountRef, streams } from '../../domain/ids.ts';
import { approvalsFor } from '../../domain/policy/decide.ts';
import type { Check } from '../../domain/withdrawal/commands.ts';
import { contentHash, withdrawalDecider } from '../../domain/withdrawal/decide.ts';
import type { WithdrawalRequest } from '../../domain/withdrawal/events.ts';
import type { RecordedEvent } from '../../event-store.ts';
import type { CommandContext } from '../engine.ts';
import { holdOf } from '../holds.ts';
import { type Answer, answer, execute, type House, policies } from '../house.ts';
import type { Policy } from './runner.ts';

type Held = Extract<AccountEvent, { type: 'WithdrawalHeld' }>;

/** Whenever funds are held, the withdrawal is opened, checked and put under review. */
export function openWithdrawals(house: House): Policy {
  return {
    name: 'open-withdrawals',
    filter: { streamPrefixes: ['account-'], types: ['WithdrawalHeld'] },
    async handle(recorded) {
      const { event, metadata } = decodeEvent(recorded);
      if (event.type !== 'WithdrawalHeld') return;
      await open(house, event, metadata, recorded.id);
    },
  };
}

/**
 * The same for one withdrawal, for the caller who waits for it. Whoever calls: the requester is the
 * one who held the funds, or else another one's retry would let the requester approve.
 */
export async function openWithdrawal(
  house: House,
  account: AccountRef,
  withdrawal: string,
): Promise<Answer<null>> {
  const { hold } = await holdOf(house, account, withdrawal);
  const accountStream = streams.account(account);
  const revision = hold?.revision;
  if (revision === undefined) throw new Error(`${accountStream} holds nothing for ${withdrawal}`);
  for await (const recorded of house.store.readStream(accountStream, {
    from: revision,
    limit: 1,
  })) {
    const { event, metadata } = decodeHeld(recorded);
    return open(house, event, metadata, recorded.id);
  }
  throw new Error(`${accountStream} has no revision ${revision}`);
}

function decodeHeld(recorded: RecordedEvent): { event: Held; metadata: EventMetadata } {
  const { event, metadata } = decodeEvent(recorded);
  if (event.type !== 'WithdrawalHeld') throw new Error(`${recorded.id} is a ${event.type}`);
  return { event, metadata };
}

async function open(
  house: House,
  { data }: Held,
  { actor, correlationId }: Pick<EventMetadata, 'actor' | 'correlationId'>,
  causationId: string,
): Promise<Answer<null>> {
  const { withdrawal, brand, player, currency, amount, chain } = data;
  const context: CommandContext = { actor, commandId: withdrawal, causationId, correlationId };
  const stream = streams.withdrawal(withdrawal);
  const known = await house.engine.load(withdrawalDecider, stream);
  const { withdrawals } = await policies(house);
  // What was asked for is asked for, whatever the policy says by now.
  const feeCap =
    known.status === 'none' ? withdrawals.policy?.feeCaps[chain] : known.request.feeCap;
  const content = {
    ...{ withdrawal, brand, player, currency, amount, chain, feeCap: feeCap ?? '' },
    asset: data.asset,
    destination: data.destination,
  };
  const isOpen = known.status !== 'none' && known.status !== 'requested';
  if (isOpen && contentHash(content) === known.request.contentHash) return answer(null);
  const approvalsRequired =
    withdrawals.policy && approvalsFor(withdrawals.policy, currency, BigInt(amount));
  if (feeCap === undefined || !approvalsRequired) {
    throw new Error(`no withdrawal policy covers ${amount} ${currency} on ${chain}`);
  }
  const request: WithdrawalRequest = {
    ...content,
    contract: house.assets.assets.get(data.asset)?.contract ?? null,
    requester: actor.id,
    contentHash: contentHash(content),
  };
  const run = (command: Parameters<typeof withdrawalDecider.decide>[0]) =>
    execute(house, withdrawalDecider, stream, command, context, () => null);

  const requested = await run({ type: 'RequestWithdrawal', request });
  if (!requested.ok) {
    // The key names another withdrawal of this player, so these funds must not stay held.
    const account = { brand, player, currency };
    const release = { type: 'ReleaseHold', account, withdrawal } as const;
    await execute(
      house,
      accountDecider,
      streams.account(account),
      { ...release, reason: 'key-reused', networkFee: null },
      context,
      () => null,
    );
    return requested;
  }
  await run({ type: 'RecordVerification', checks: await verify(house, data) });
  const policyVersion = withdrawals.version;
  await run({ type: 'PutUnderReview', approvalsRequired, policyVersion });
  return answer(null);
}

/** What is looked at again, from the log's newest state, before a person decides. */
async function verify(house: House, data: Held['data']): Promise<Check[]> {
  const { brand, player, currency, chain, destination, asset } = data;
  const { hold, receivable } = await holdOf(house, { brand, player, currency }, data.withdrawal);
  await house.watchlist.refresh();
  const parsed = house.chains.get(chain)?.addresses.parse(destination);
  return [
    { name: 'asset-listed', passed: house.assets.assets.has(asset) },
    { name: 'destination-valid', passed: parsed === destination },
    { name: 'destination-not-ours', passed: !house.watchlist.find(chain, destination) },
    { name: 'owes-nothing', passed: receivable === 0n },
    { name: 'funds-held', passed: hold?.status === 'held' },
  ];
}
