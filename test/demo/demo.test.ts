import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PROJECTIONS } from '../../src/projections/all.ts';
import { eventually } from '../support/house.ts';

const cli = join(inject('compiled'), 'src', 'cli.js');
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'countinghouse-demo-'));
  chmodSync(directory, 0o755);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

/** The demo as a person runs it, on the data of the run before. */
function start(...options: string[]): Running {
  const { DATABASE_URL: _, ...env } = process.env;
  const child = spawn(
    process.execPath,
    [cli, 'demo', '--data-dir', join(directory, 'data'), '--block-seconds', '0.4', ...options],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return { child, output: () => output, exited };
}

const portsOf = (output: string) =>
  [...output.matchAll(/127\.0\.0\.1:(\d+)/g)].map((match) => match[1] ?? '');

/** Nothing that the run started answers any more. */
async function nothingLeft(output: string): Promise<void> {
  for (const port of new Set(portsOf(output))) {
    await eventually(`port ${port} closed`, () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => false,
        (error: Error) => /ECONNREFUSED/.test(String(error.cause)),
      ),
    );
  }
}

const EVENTS = [
  'DepositDetected',
  'DepositConfirmed',
  'DepositCredited',
  'DepositFinalised',
  'SessionOpened',
  'BetDebited',
  'WinCredited',
  'BetRolledBack',
  'WithdrawalHeld',
  'VerificationChecked',
  'WithdrawalPutUnderReview',
  'WithdrawalApproved',
  'PayoutSigned',
  'PayoutBroadcast',
  'PayoutSeen',
  'PayoutConfirmed',
  'WithdrawalCompleted',
];

describe('the demo', () => {
  it('L9 P3 W2 tells the whole way of the money and proves it, with --once', async () => {
    const { output, exited } = start('--once', '--port', '0');
    expect(await exited, output()).toBe(0);
    for (const type of EVENTS) expect(output()).toContain(type);
    expect(output()).toMatch(/the first bet again +answered as a repeat/);
    expect(output()).toMatch(
      /a bet of 10000 USDT +refused: insufficient-funds, available 310 USDT/,
    );
    expect(output()).toMatch(/alice approves +refused: approver-is-requester/);
    expect(output()).toMatch(/trial balance +USDT: debits less credits = 0/);
    expect(output().match(/on chain = in the ledger/g)?.length).toBeGreaterThanOrEqual(4);
    expect(output().match(/events, equal rows/g)).toHaveLength(PROJECTIONS.length);
    const [, shown = ''] = output().split('The read models');
    for (const title of [
      ...['balances of demo-1', 'trial balance of the journal', 'deposits', 'withdrawals'],
      ...['wallets, books beside chain', 'risk', 'analytics'],
    ]) {
      expect(shown).toMatch(new RegExp(`\\n  ${title}, at \\d{16}\\n    \\S.*\\n    \\S`));
    }
    expect(shown).toMatch(/60 USDT +Completed +\d+ \w+ +\d+ s +broadcast, seen, confirmed/);
    const digests = [...shown.matchAll(/^ {4}(\w+) +\d{16} +(\S+) +(\S+) +equal$/gm)];
    expect(digests.map(([, name]) => name)).toEqual(PROJECTIONS.map(({ name }) => name));
    for (const [, , live, rebuilt] of digests) expect(live).toBe(rebuilt);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    await nothingLeft(output());
  });

  it('leaves nothing running when it is killed', async () => {
    const { child, output, exited } = start('--port', '0');
    await eventually('a payout', async () => output().includes('PayoutSigned'));
    child.kill('SIGKILL');
    await exited;
    await nothingLeft(output());
  });

  it('goes on with that, stays up, answers its curl lines, and stops on Ctrl-C', async () => {
    const { child, output, exited } = start('--port', '0');
    await eventually('the invitation', async () => output().includes('Ctrl-C ends it.'));
    expect(output()).toMatch(/found again +the ledger of 2 earlier runs/);
    expect(output().match(/events, equal rows/g)).toHaveLength(PROJECTIONS.length);
    const curls = [...output().matchAll(/^curl -s -H 'Authorization: ([^']+)' (\S+)$/gm)];
    expect(curls).toHaveLength(3);
    for (const [, authorization = '', url = ''] of curls) {
      const response = await fetch(url, { headers: { authorization } });
      expect(response.status, url).toBe(200);
    }
    const [, page = ''] = /at (\S+\/docs)/.exec(output()) ?? [];
    expect((await fetch(page)).status).toBe(200);
    child.kill('SIGINT');
    expect(await exited, output()).toBe(0);
    await nothingLeft(output());
  });

  it('S1 writes no secret into its log', () => {
    const data = join(directory, 'data');
    const log = readFileSync(join(data, 'demo.log'), 'utf8');
    const { hotWalletKey } = JSON.parse(readFileSync(join(data, 'demo.json'), 'utf8'));
    const keys = JSON.parse(readFileSync(join(data, 'development-keys.json'), 'utf8'));
    expect(log.length).toBeGreaterThan(1_000);
    for (const secret of [
      hotWalletKey.slice(2),
      ...keys.map((k: { secret: string }) => k.secret),
    ]) {
      expect(log).not.toContain(secret);
    }
  });
});
