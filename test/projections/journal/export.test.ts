import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { displayAmount } from '../../../src/domain/money.ts';
import { CHART, ledgerClass } from '../../../src/domain/postings.ts';
import type { ExportFormat, ExportWanted } from '../../../src/projections/ledger-reads.ts';
import { seeded } from '../../support/seeded.ts';
import { randomHistory } from './history.ts';
import { type Moment, replay } from './replay.ts';
import { type Books, buildBooks } from './stage.ts';

/*
 * Goal: an outside tool reaches the same balances from our export. Method: a random history with
 * amounts down to the eighteenth place, read by hledger itself, which checks the assertions too.
 */
const hasHledger = spawnSync('hledger', ['--version']).status === 0;
/** Where all must be proven, a missing tool is a failure. */
const mayRun = hasHledger || process.env.CI === 'true';
const why = mayRun ? '' : ' (skipped: hledger is not installed)';

const DECIMALS = new Map([
  ['ETH', { decimals: 18 }],
  ['USDT', { decimals: 6 }],
]);
const ROOTS = { asset: 'assets', liability: 'liabilities', equity: 'equity' } as const;

const random = seeded(11);
const history = randomHistory(random, 500);
let books: Books;
let moments: readonly Moment[];
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'countinghouse-export-'));
  books = await buildBooks(history, random);
  ({ moments } = replay(history, books.positions));
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await books.database.drop();
});

async function exported(format: ExportFormat, past: Partial<ExportWanted> = {}): Promise<string> {
  const wanted = { format, decimals: DECIMALS, ...past };
  const { text } = await books.readModels.exportJournal(wanted);
  const parts: string[] = [];
  for await (const part of text) parts.push(part);
  return parts.join('');
}

function hledger(journal: string, ...args: string[]) {
  const file = join(directory, 'export.journal');
  writeFileSync(file, journal);
  const run = spawnSync('hledger', ['-f', file, ...args], { encoding: 'utf8' });
  return { ok: run.status === 0, output: run.stdout, error: `${run.error ?? ''}${run.stderr}` };
}

/** What hledger says each account comes to: `<account> <amount> <currency>`. */
function balancesBy(journal: string, ...args: string[]): string[] {
  const { output, error } = hledger(
    journal,
    ...['balance', '--flat', '--no-total', '--no-elide', '-O', 'csv', '--layout', 'bare', ...args],
  );
  expect(error).toBe('');
  const rows = output.trim().split('\n').slice(1);
  return rows
    .map((row) => row.slice(1, -1).split('","'))
    .flatMap(([account, currency, amount]) =>
      Number(amount) === 0 ? [] : [`${account} ${Number(amount) === 0 ? 0 : amount} ${currency}`],
    );
}

const exact = (balance: bigint, currency: string): string => {
  const { decimals } = DECIMALS.get(currency) ?? { decimals: 0 };
  const [whole = '', fraction = ''] = displayAmount(balance, decimals).split('.');
  return `${whole}.${fraction.padEnd(decimals, '0')}`;
};

const expected = ({ accounts }: Moment): string[] =>
  [...accounts].flatMap(([key, { balance }]) => {
    const [account = '', currency = ''] = key.split(' ');
    const { kind } = CHART[ledgerClass(account)];
    const root = kind in ROOTS ? ROOTS[kind as keyof typeof ROOTS] : `${kind}s`;
    return balance === 0n ? [] : `${root}:${account} ${exact(balance, currency)} ${currency}`;
  });

describe('the export', () => {
  it.runIf(mayRun)(`A4 hledger reaches the same balances, to the last unit${why}`, async () => {
    const journal = await exported('hledger');
    const last = moments.at(-1) as Moment;
    expect(balancesBy(journal).sort()).toEqual(expected(last).sort());
    expect(hledger(journal, 'check', 'commodities')).toMatchObject({ ok: true, error: '' });
  });

  it.runIf(mayRun)(`A4 hledger finds an amount that was changed by one unit${why}`, async () => {
    const journal = await exported('hledger');
    const [line = '', unit = ''] =
      /\n( {4}liabilities:available\S+ {2}-?[0-9.]*([1-8]) ETH)\n/.exec(journal)?.slice(1, 3) ?? [];
    const broken = line.replace(`${unit} ETH`, `${Number(unit) + 1} ETH`);
    expect(broken).not.toBe(line);
    expect(hledger(journal.replace(line, broken), 'stats').ok).toBe(false);
    // Also where both sides of an event were changed, so that it still balances.
    const both = journal.replace(/\n\d{4}[^\n]*WinCredited[\s\S]*?\n\n/, '\n');
    expect(hledger(both, 'stats').error).toMatch(/balance assertion/i);
  });

  it.runIf(mayRun)(`A4 an export of the past is that of its position${why}`, async () => {
    const moment = moments[250] as Moment;
    const journal = await exported('hledger', { asOf: { position: moment.position } });
    expect(balancesBy(journal).sort()).toEqual(expected(moment).sort());
  });

  it.runIf(mayRun)(`A4 an export of one brand has its players' balances${why}`, async () => {
    const journal = await exported('hledger', { brand: 'other' });
    const players = (each: string) => /:(available|held|receivable):/.test(each);
    const own = expected(moments.at(-1) as Moment).filter((each) => each.includes(':other/'));
    expect(own.length).toBeGreaterThan(3);
    expect(balancesBy(journal).filter(players).sort()).toEqual(own.sort());
    expect(journal).not.toContain(':main/');
  });

  it('has two lines of CSV for each transfer, with integers', async () => {
    const [header, ...lines] = (await exported('csv')).split('\r\n');
    expect(header).toBe(
      'entry,position,time,type,code,account,contra,currency,decimals,amount,balance',
    );
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(2 * (moments.at(-1)?.entries ?? 0));
    const sums = new Map<string, bigint>();
    for (const line of lines) {
      const cells = line.split(',');
      expect(cells).toHaveLength(11);
      const key = `${cells[5]} ${cells[7]}`;
      sums.set(key, (sums.get(key) ?? 0n) + BigInt(cells[9] ?? ''));
      expect(sums.get(key)).toBe(BigInt(cells[10] ?? ''));
    }
  });

  it('comes out of the command line, and says in a sentence what it can not give', async () => {
    const cli = join(inject('compiled'), 'src', 'cli.js');
    const run = (...args: string[]) => {
      const env = { ...process.env, DATABASE_URL: books.database.url };
      return spawnSync(process.execPath, [cli, 'export', ...args], { env, encoding: 'utf8' });
    };
    const position = moments[250]?.position ?? '';
    const found = run('--format', 'csv', '--as-of', position, '--brand', 'other');
    expect(found.stderr).toBe('');
    const past = { asOf: { position }, brand: 'other' };
    expect(found.stdout).toBe(await exported('csv', past));
    const early = run('--format', 'hledger', '--as-of', '2001-01-01T00:00:00Z');
    expect(early).toMatchObject({ status: 1, stdout: '' });
    expect(early.stderr).toMatch(/^nothing had been posted by then: .*\n$/);
  });
});
