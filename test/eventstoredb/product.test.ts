import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { NamespacedEventStore } from '../../src/adapters/event-store/namespaced.ts';
import { PostgresEventStore } from '../../src/adapters/event-store/postgres/store.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { copyLog } from '../../src/log-copy.ts';
import { PROJECTIONS } from '../../src/projections/all.ts';
import { appendSampleLog, rowsFrom } from '../projections/rows-from.ts';
import { freshDatabase } from '../support/postgres.ts';
import { openStore, SERVER_URL } from './server.ts';

/*
 * Goal: the whole product on the real server. Method: the demo as a person runs it, and read models
 * built from this log and from Postgres'.
 */
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'countinghouse-esdb-'));
  chmodSync(directory, 0o755);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const cli = join(inject('compiled'), 'src', 'cli.js');
  const { DATABASE_URL: _, ...rest } = process.env;
  const child = spawn(process.execPath, [cli, ...args], { env: { ...rest, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = await once(child, 'close');
  return { code, output };
}

it('the demo proves its books, twice on one ledger, and verify agrees', async () => {
  const data = join(directory, 'data');
  const demo = ['demo', '--once', '--data-dir', data, '--block-seconds', '0.4', '--port', '0'];
  for (const _ of [1, 2]) {
    const { code, output } = await run([...demo, '--event-store', SERVER_URL]);
    expect(output).toContain('replay from event 1');
    expect(code, output).toBe(0);
  }
  const namespace = readFileSync(join(data, 'demo-namespace.txt'), 'utf8');
  const { code, output } = await run(['verify'], {
    ...{ EVENT_STORE: SERVER_URL, EVENT_STORE_NAMESPACE: namespace, DATA_DIR: data },
  });
  expect(output.match(/: equal, /g)).toHaveLength(PROJECTIONS.length);
  expect(code, output).toBe(0);
});

it('read models from this log and from a copy of it in Postgres are equal, row for row', async () => {
  const database = await freshDatabase();
  const { pool } = database;
  const store = await openStore();
  const here = new NamespacedEventStore(store, `test-${realSystem.uuid().slice(0, 8)}`);
  const postgres = await PostgresEventStore.open({ pool, system: realSystem });
  await appendSampleLog(here);
  const onProgress = () => {};
  const there = await copyLog({ from: here, to: postgres, partsPerAppend: 500, onProgress });
  const back = new NamespacedEventStore(store, `test-${realSystem.uuid().slice(0, 8)}`);
  const again = await copyLog({ from: postgres, to: back, partsPerAppend: 1, onProgress });
  expect(again.digest).toBe(there.digest);
  const expected = await rowsFrom(postgres, pool);
  expect(await rowsFrom(here, pool)).toEqual(expected);
  expect(await rowsFrom(back, pool)).toEqual(expected);
  await Promise.all([store.close(), postgres.close()]);
  await database.drop();
});
