import { ledgerAccount, ledgerName } from '../../src/domain/postings.ts';
import type { TestAnvil } from './anvil.ts';
import type { TestHouse } from './house.ts';

/**
 * Whether the chain holds, on the hot wallet and on every deposit address, exactly what the books
 * say, in every listed asset. Throws with the differences.
 */
export async function custodyMatches(
  { house, events, readModels, head, hotWallet }: TestHouse,
  node: TestAnvil,
): Promise<true> {
  const { chain } = node;
  const assigned = (await events({ types: ['DepositAddressAssigned'] })).flatMap(({ event }) =>
    event.type === 'DepositAddressAssigned' && event.data.chain === chain
      ? [event.data.address]
      : [],
  );
  const reader = house.chains.get(chain)?.reader;
  if (!reader) throw new Error(`the house has no ${chain}`);
  const { value } = await readModels.ledgerAccounts({
    ...{ class: 'custody', limit: 100_000, after: null, waitFor: await head() },
  });
  const booked = new Map(
    value.items.map(({ account, currency, balance }) => [`${account} ${currency}`, balance]),
  );
  const differences: string[] = [];
  for (const address of [hotWallet, ...assigned]) {
    for (const { contract, currency } of house.assets.assets.values()) {
      const account = `${ledgerName(ledgerAccount('custody', chain, address))} ${currency}`;
      const held = `${await reader.balance(address, contract)}`;
      const inBooks = booked.get(account) ?? '0';
      booked.delete(account);
      if (held !== inBooks) differences.push(`${account}: ${held} on chain, ${inBooks} in books`);
    }
  }
  // What is left stands on an address that isn't ours.
  differences.push(...booked.keys());
  if (differences.length > 0) throw new Error(`custody differs: ${differences.join('; ')}`);
  return true;
}

/** The books after a test: balanced, the same from event 1 again, and what the chain holds. */
export async function booksOf(house: TestHouse, node: TestAnvil) {
  const { value } = await house.readModels.trialBalance({ waitFor: await house.head() });
  return {
    totals: [...new Set(Object.values(value.totals))],
    replayEquals: await house.replayEquals(),
    custodyMatches: await custodyMatches(house, node),
  };
}

export const BOOKS_IN_ORDER = { totals: ['0'], replayEquals: true, custodyMatches: true };
