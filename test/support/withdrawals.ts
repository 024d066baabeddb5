import { getAddress, hexlify, randomBytes } from 'ethers';
import { realSystem } from '../../src/adapters/system.ts';
import { approveWithdrawal, rejectWithdrawal } from '../../src/commands/decide-withdrawal.ts';
import type { Answer } from '../../src/commands/house.ts';
import {
  type RequestedWithdrawal,
  requestWithdrawal,
} from '../../src/commands/request-withdrawal.ts';
import { streams } from '../../src/domain/ids.ts';
import { withdrawalDecider } from '../../src/domain/withdrawal/decide.ts';
import type { WithdrawalRow } from '../../src/projections/withdrawals/read-model.ts';
import type { TestAnvil } from './anvil.ts';
import { balanceOf, callToken, pay } from './deposits.ts';
import { eventually, POLL_MS, staff, type TestHouse, value } from './house.ts';

/** An address that nobody has paid before, and whose key nobody has. */
export const freshAddress = () => getAddress(hexlify(randomBytes(20)));

export interface Wanted {
  readonly player: string;
  readonly amount: bigint;
  readonly currency?: string;
  readonly destination?: string;
  readonly key?: string;
  readonly requester?: string;
}

/** Asks for a withdrawal; the answer as it is. */
export function ask(
  { house }: Pick<TestHouse, 'house'>,
  { player, amount, currency = 'ETH', destination = freshAddress(), ...wanted }: Wanted,
): Promise<Answer<RequestedWithdrawal>> {
  const [chain = ''] = house.chains.keys();
  return requestWithdrawal(
    house,
    { ...{ brand: 'main', player, currency, chain, destination }, amount: `${amount}` },
    wanted.key ?? realSystem.uuid(),
    staff(wanted.requester ?? 'alice'),
  );
}

/** The content hash as an approver sees it. */
export async function hashOf({ house }: TestHouse, withdrawal: string): Promise<string> {
  const state = await house.engine.load(withdrawalDecider, streams.withdrawal(withdrawal));
  if (state.status === 'none') throw new Error(`no withdrawal ${withdrawal}`);
  return state.request.contentHash;
}

export async function approve(house: TestHouse, withdrawal: string, approver = 'bob') {
  const contentHash = await hashOf(house, withdrawal);
  return approveWithdrawal(house.house, withdrawal, { contentHash }, staff(approver));
}

export async function reject(house: TestHouse, withdrawal: string) {
  return value(
    await rejectWithdrawal(house.house, withdrawal, { reason: 'in a test' }, staff('bob')),
  );
}

/** Asked for and approved; its id. */
export async function approved(house: TestHouse, wanted: Wanted): Promise<string> {
  const { withdrawal } = value(await ask(house, wanted));
  value(await approve(house, withdrawal));
  return withdrawal;
}

/** Waits for the status; with a node, a block is mined at each look. */
export function withdrawalReaches(
  house: TestHouse,
  withdrawal: string,
  status: string,
  node?: TestAnvil,
): Promise<WithdrawalRow> {
  const reached = async () => {
    await node?.mine();
    const row = await withdrawalRow(house, withdrawal);
    if (row.status !== status) throw new Error(`it is ${row.status}`);
    return row;
  };
  // More blocks than a house looks for only cost time, of it and of the node.
  const pauseMs = node ? POLL_MS : undefined;
  return eventually(`withdrawal ${status}; ${house.errors.slice(-3)}`, reached, pauseMs);
}

export async function withdrawalRow(house: TestHouse, withdrawal: string): Promise<WithdrawalRow> {
  const waitFor = await house.head();
  const { value: found } = await house.readModels.withdrawal(withdrawal, { waitFor });
  if (!found) throw new Error(`no row of ${withdrawal}`);
  return found.row;
}

/** The types of all events that name the withdrawal, on any stream, in order. */
export async function lifeOf(house: TestHouse, withdrawal: string): Promise<string[]> {
  const all = await house.events();
  return all.flatMap(({ event }) =>
    'withdrawal' in event.data && event.data.withdrawal === withdrawal ? [event.type] : [],
  );
}

/** Waits until the last event that names the withdrawal is of this type. */
export function lifeReaches(house: TestHouse, withdrawal: string, type: string): Promise<string[]> {
  return eventually(`${type}; ${house.errors.slice(-3)}`, async () => {
    const life = await lifeOf(house, withdrawal);
    if (life.at(-1) !== type) throw new Error(life.join(' '));
    return life;
  });
}

/** Why the payout worker doesn't go on with it, as an operator sees it. */
export function stuckReason(
  house: TestHouse,
  withdrawal: string,
  expected: RegExp,
): Promise<string> {
  return eventually(`a stuck payout in the health: ${expected}`, async () => {
    const part = house.workers.health().find(({ name }) => name.startsWith('payouts'));
    const waits = part?.detail.split('; ').find((each) => each.startsWith(`${withdrawal} waits: `));
    if (!part?.ready || !waits || !expected.test(waits)) throw new Error(part?.detail);
    return waits;
  });
}

export interface Money {
  readonly ETH?: bigint;
  readonly USDT?: bigint;
}

/** A player whose deposits were credited. The house must ask for one confirmation. */
export async function fundedPlayer(
  house: TestHouse,
  node: TestAnvil,
  token: string,
  name: string,
  money: Money,
): Promise<{ player: string; address: string }> {
  const { player, address } = await house.player(name);
  await send(node, token, address, money);
  for (const [currency, amount] of Object.entries(money)) {
    await eventually(`${currency} of ${player}; ${house.errors.slice(-3)}`, async () => {
      return (await balanceOf(house, player, currency))?.available === `${amount}`;
    });
  }
  return { player, address };
}

/** Coins of the house's own on the wallet that pays, in the books too. */
export async function fundHotWallet(
  house: TestHouse,
  node: TestAnvil,
  token: string,
  money: Money,
): Promise<void> {
  const before = await house.types({ types: ['WalletFunded'] });
  await send(node, token, house.hotWallet, money);
  await eventually('the funding in the books', async () => {
    const now = await house.types({ types: ['WalletFunded'] });
    return now.length === before.length + Object.keys(money).length;
  });
}

async function send(node: TestAnvil, token: string, to: string, money: Money): Promise<void> {
  const { ETH, USDT } = money;
  if (ETH) await pay(node, to, ETH);
  if (USDT) await callToken(node, token, 'transfer', to, USDT);
  await node.settle();
}
