import { expect, it } from 'vitest';
import { balances } from '../../../src/projections/balances/apply.ts';
import { schemaOf } from '../../../src/projections/projection.ts';
import { seeded } from '../../support/seeded.ts';
import { randomHistory } from './history.ts';
import { balancesOf, replay } from './replay.ts';
import { buildBooks } from './stage.ts';

/*
 * Goal: the rows are the fold of the log, whatever happened in it. Method: random histories, in
 * random batches and by folds that begin anew with the tables, against a fold in memory.
 */
it.each([1, 2])('P1 history %i: the fold in memory = the SQL rows', async (seed) => {
  const random = seeded(seed);
  const history = randomHistory(random, 300);
  const { database, readModels, positions } = await buildBooks(history, random);
  const { legs, moments } = replay(history, positions);
  const last = moments.at(-1);
  if (!last) throw new Error('nothing happened');

  const page = { limit: 10_000, after: null };
  const { value: entries } = await readModels.journal(page);
  const sides = entries.items.flatMap(({ debit, credit, amount, ...entry }) => [
    { ...entry, ...debit, contra: credit.account, amount },
    { ...entry, ...credit, contra: debit.account, amount: `-${amount}` },
  ]);
  expect(sides).toEqual(
    legs.map((leg) => ({ ...leg, amount: `${leg.amount}`, balance: `${leg.balance}` })),
  );

  const { value: accounts } = await readModels.ledgerAccounts(page);
  const found = accounts.items.map(({ account, currency, balance, position }) => {
    return [`${account} ${currency}`, { balance: BigInt(balance), position }];
  });
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(last.accounts));

  const { rows: players } = await database.pool.query<{ brand: string; player: string }>(
    `select distinct brand, player from ${schemaOf(balances)}.balances`,
  );
  expect(players).toHaveLength(4);
  let sum = 0n;
  for (const player of players) {
    const { value } = await readModels.balances(player);
    expect(value).toEqual(balancesOf(last, player));
    for (const row of value) sum += BigInt(row.available) + BigInt(row.held);
  }
  const { value: house } = await readModels.houseBalances();
  const owed = house.map(({ accounts: { available, held } }) => BigInt(available) + BigInt(held));
  expect(owed.reduce((a, b) => a + b)).toBe(sum);
  await database.drop();
});
