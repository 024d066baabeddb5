import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerClass } from '../../../src/domain/postings.ts';
import { journal } from '../../../src/projections/journal/apply.ts';
import {
  LAST_BALANCE,
  LAST_POSITION,
  lastLegs,
} from '../../../src/projections/journal/last-legs.ts';
import { firstBeyond } from '../../../src/projections/journal/period.ts';
import { PastRefused, type Period, type Point } from '../../../src/projections/ledger-reads.ts';
import { schemaOf } from '../../../src/projections/projection.ts';
import { seeded } from '../../support/seeded.ts';
import { randomHistory } from './history.ts';
import { balancesOf, type Moment, type Replay, replay } from './replay.ts';
import { type Books, buildBooks } from './stage.ts';

/*
 * Goal: an answer about the past is what a replay up to there gives. Method: one random history,
 * longer than four marks, is folded in memory to every event of it. Every such answer is made of
 * two pieces of SQL (where a point lies; what an account came to there): they are asked about
 * 10,000 random points at once, and the answers themselves at some of them.
 */
const random = seeded(20_260_131);
const pick = <Item>(items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)] as Item;
const history = randomHistory(random, 1_400);

let books: Books;
let truth: Replay;
beforeAll(async () => {
  books = await buildBooks(history, random);
  truth = replay(history, books.positions);
});
afterAll(() => books.database.drop());

const anyPosition = (): Point => ({ position: pick(books.positions) });
/** Also between events, and as near to the ends as it gets. */
const anyTime = (): Point => {
  const ms = Date.parse(pick(history).time) + Math.floor(random() * 5) - 2;
  return { time: new Date(ms).toISOString() };
};
const inSchema = (text: string) =>
  text.replaceAll(/\b(marks|ticks|transfers|ledger_accounts)\b/g, `${schemaOf(journal)}.$1`);
const textOf = (point: Point): string => ('time' in point ? point.time : point.position);

async function untilOf(
  by: 'time' | 'position',
  points: readonly string[],
): Promise<(number | null)[]> {
  const { rows } = await books.database.pool.query<{ first: string | null }>(
    inSchema(`select ${firstBeyond(by, true, 'point')} as first
      from unnest($1::text[]) with ordinality p (point, n) order by n`),
    [points],
  );
  return rows.map(({ first }) => (first === null ? null : Number(first) - 1));
}

describe('the past', () => {
  it('P5 asOf equals a replay at 10,000 random points', async () => {
    const all = truth.moments.at(-1)?.entries ?? 0;
    expect(all).toBeGreaterThan(1_200);
    const positions = Array.from({ length: 5_000 }, anyPosition);
    const times = Array.from({ length: 5_000 }, anyTime);
    const found = [
      ...(await untilOf('position', positions.map(textOf))).map((until) => until ?? all),
      ...(await untilOf('time', times.map(textOf))),
    ];
    const moments = [...positions, ...times].map((point) => truth.asOf(point));
    const entries = moments.map((moment) => (moment === null ? null : (moment?.entries ?? 0)));
    expect(found.join()).toBe(entries.join());
    const asked = moments.flatMap((moment) => {
      const key =
        moment && moment.accounts.size > 0 ? pick([...moment.accounts.keys()]) : undefined;
      return key && moment ? [{ key, until: moment.entries, is: moment.accounts.get(key) }] : [];
    });
    expect(asked.length).toBeGreaterThan(9_000);
    const { rows } = await books.database.pool.query<{ balance: string; position: string }>(
      inSchema(`select ${LAST_BALANCE}::text as balance,
          coalesce(${LAST_POSITION}, a.opened) as position
        from unnest($1::text[], $2::text[], $3::bigint[])
          with ordinality u (account, currency, until, n)
        join ledger_accounts a using (account, currency) ${lastLegs('u.until')} order by n`),
      [
        asked.map(({ key }) => key.split(' ')[0]),
        asked.map(({ key }) => key.split(' ')[1]),
        asked.map(({ until }) => until),
      ],
    );
    expect(rows.map(({ balance, position }) => `${balance} ${position}`).join('\n')).toBe(
      asked.map(({ is }) => `${is?.balance} ${is?.position}`).join('\n'),
    );
  });

  const points = () => [
    ...Array.from({ length: 12 }, anyPosition),
    ...Array.from({ length: 12 }, anyTime),
  ];

  it('P5 answers about balances and totals are those of the replay', async () => {
    for (const asOf of points()) {
      const moment = truth.asOf(asOf);
      const trial = books.readModels.trialBalance({ asOf });
      if (!moment?.entries) {
        await expect(trial).rejects.toThrow(PastRefused);
        continue;
      }
      const { value, position } = await trial;
      expect(position).toBe('position' in asOf ? asOf.position : moment.position);
      const totals = value.rows.map((row) => [`${row.currency} ${row.class}`, row.balance]);
      expect(Object.fromEntries(totals)).toEqual(totalsOf(moment));
      for (const sum of Object.values(value.totals)) expect(sum).toBe('0');
      const player = { brand: pick(['main', 'other']), player: 'p-1' };
      const balances = await books.readModels.balances(player, { asOf });
      expect(balances.value).toEqual(balancesOf(moment, player));
      const house = await books.readModels.houseBalances({ asOf });
      expect(house.value.map(({ currency }) => currency)).toEqual(Object.keys(value.totals));
      for (const { difference } of house.value) expect(difference).toBe('0');
    }
  });

  it('P5 a statement is what a replay says of its period, page by page', async () => {
    let lines = 0;
    for (let n = 0; n < 12; n++) {
      const [from, to] = [anyPosition(), anyPosition()].sort((a, b) =>
        JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
      ) as [Point, Point];
      const period: Period = n % 2 === 0 ? { from, to } : { from, asOf: to };
      const key = pick([...(truth.moments.at(-1)?.accounts.keys() ?? [])]);
      lines += await compareStatement(key, period);
    }
    expect(lines).toBeGreaterThan(100);
  });

  async function compareStatement(key: string, period: Period): Promise<number> {
    const [account = '', currency = ''] = key.split(' ');
    const isIn = ({ position }: { position: string }, { from, to, asOf }: Period) =>
      (!from || position >= textOf(from)) &&
      (!to || position < textOf(to)) &&
      (!asOf || position <= textOf(asOf));
    const lines = truth.legs.filter(
      (leg) => `${leg.account} ${leg.currency}` === key && isIn(leg, period),
    );
    const before = (moment: Moment) => !isIn(moment, { ...(period.from && { from: period.from }) });
    const until = truth.moments.findLast((moment) =>
      isIn(moment, { ...period, from: { position: '' } }),
    );
    if (!until?.accounts.has(key)) return 0;
    const got = [];
    for (let after: string | null = null; ; ) {
      const { value } = await books.readModels.statement({
        account,
        currency,
        ...period,
        after,
        limit: 30,
      });
      expect(value?.closing).toBe(`${until.accounts.get(key)?.balance}`);
      const opening = truth.moments.findLast(before)?.accounts.get(key)?.balance ?? 0n;
      expect(value?.opening).toBe(`${opening}`);
      got.push(...(value?.items ?? []));
      if (!value?.next) break;
      after = value.next;
    }
    expect(got).toEqual(
      lines.map(({ account: _, currency: __, amount, balance, ...line }) => {
        return { ...line, amount: `${amount}`, balance: `${balance}` };
      }),
    );
    return lines.length;
  }
});

function totalsOf({ accounts }: Moment): Record<string, string> {
  const sums = new Map<string, bigint>();
  for (const [key, { balance }] of accounts) {
    const [account = '', currency] = key.split(' ');
    const total = `${currency} ${ledgerClass(account)}`;
    sums.set(total, (sums.get(total) ?? 0n) + balance);
  }
  const shown = [...sums].filter(([, sum]) => sum !== 0n);
  return Object.fromEntries(shown.map(([key, sum]) => [key, `${sum}`]));
}
