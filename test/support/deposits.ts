import { Contract } from 'ethers';
import { testTokenAbi } from '../../src/adapters/chains/evm/deploy-test-token.ts';
import type { DepositRow } from '../../src/projections/deposits/read-model.ts';
import type { BalanceRow } from '../../src/projections/read-models.ts';
import type { TestAnvil } from './anvil.ts';
import { eventually, type TestHouse } from './house.ts';

export const ETHER = 10n ** 18n;

/** Sends native coin in a transaction whose bytes can be sent again after a reorg. */
export async function pay(node: TestAnvil, to: string, value: bigint): Promise<string> {
  const wallet = node.account(1);
  const transaction = await wallet.populateTransaction({ to, value });
  const raw = await wallet.signTransaction(transaction);
  await node.rpc('eth_sendRawTransaction', [raw]);
  return raw;
}

export async function callToken(
  node: TestAnvil,
  token: string,
  method: string,
  ...args: readonly unknown[]
): Promise<string> {
  const contract = new Contract(token, testTokenAbi, node.account(0));
  // With a limit of its own: a call that reverts is to be mined, not refused by an estimate.
  const sent = await contract.getFunction(method).send(...args, { gasLimit: 500_000 });
  await sent.wait().catch(() => undefined);
  return sent.hash;
}

export async function balanceOf(
  { readModels, head }: TestHouse,
  player: string,
  currency: string,
): Promise<BalanceRow | undefined> {
  const waitFor = await head();
  const { value } = await readModels.balances({ brand: 'main', player }, { waitFor });
  return value.find((row) => row.currency === currency);
}

export async function depositsOf(
  { readModels, head }: TestHouse,
  player: string,
): Promise<readonly DepositRow[]> {
  const filter = { brand: 'main', player, limit: 50, after: null };
  return (await readModels.deposits(filter, { waitFor: await head() })).value.items;
}

/**
 * Waits until every deposit of the player, and there is one, has this status, in this epoch or
 * later.
 */
export function depositsReach(
  house: TestHouse,
  player: string,
  status: string,
  epoch = 1,
): Promise<readonly DepositRow[]> {
  return eventually(`deposits of ${player} ${status}; ${house.errors.slice(-3)}`, async () => {
    const found = await depositsOf(house, player);
    const there = (d: DepositRow) => d.status === status && d.epoch >= epoch;
    return found.length > 0 && found.every(there) && found;
  });
}

/** Has the token refuse an address, in the next block and ahead of all that waits for it. */
export async function refuseFirst(node: TestAnvil, token: string, account: string): Promise<void> {
  const contract = new Contract(token, testTokenAbi, node.account(0));
  const tip = 50n * 10n ** 9n;
  await contract.getFunction('setRefused').send(account, true, {
    ...{ gasLimit: 100_000, maxPriorityFeePerGas: tip, maxFeePerGas: 2n * tip },
  });
}
