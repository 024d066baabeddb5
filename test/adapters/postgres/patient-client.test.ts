import type pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CopiedRow, copyOut, RowReader } from '../../../src/adapters/postgres/copy-out.ts';
import {
  type ChunkReader,
  PatientClient,
  waitAtMost,
} from '../../../src/adapters/postgres/patient-client.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { type GatedPool, gatedPool } from '../../support/gated-pool.ts';
import type { TcpGate } from '../../support/tcp-gate.ts';

const PATIENCE_MS = 500;

let gated: GatedPool;
let gate: TcpGate;
let pool: pg.Pool;
beforeEach(async () => {
  gated = await gatedPool();
  ({ gate, pool } = gated);
  pool.on('connect', (client) => waitAtMost(client, PATIENCE_MS));
});
afterEach(() => gated.drop());

it('a statement that is not answered fails, and the next one has another connection', async () => {
  await pool.query('select 1');
  gate.muffle();
  await expect(pool.query('select 2')).rejects.toThrow('answer timeout');
  gate.thaw();
  expect((await pool.query('select 3 as n')).rows).toEqual([{ n: 3 }]);
});

it('a connection on which nothing is asked may be silent for long', async () => {
  const client = await pool.connect();
  const pid = async () => (await client.query('select pg_backend_pid() as pid')).rows;
  const before = await pid();
  await realSystem.sleep(3 * PATIENCE_MS);
  expect(await pid()).toEqual(before);
  client.release();
});

it('answers, refusals and COPY come as from the driver, also one after the other', async () => {
  const client = await pool.connect();
  const one = client.query({ text: 'select $1::int as n', values: [1], rowMode: 'array' });
  const refused = client.query('select nothing');
  await expect(refused).rejects.toMatchObject({ code: '42703' });
  await expect(refused.catch((error) => error.stack)).resolves.toContain('patient-client');
  expect((await one).rows).toEqual([[1]]);
  client.release();
  const columns = { numbers: ['n', 'n::bigint << 40'], texts: ["'a'", "repeat('ö', n % 90)"] };
  const rows = Array.from({ length: 3_000 }, (_, index) => index - 1);
  const copied = await copyOut(pool, columns, 'from generate_series(-1, 2998) n', Mixed);
  expect(copied.map(({ cells }) => cells)).toEqual(
    rows.map((n) => [n, n * 2 ** 40, 'a', 'ö'.repeat(Math.max(0, n % 90))]),
  );
  const refusal = copyOut(pool, { numbers: [], texts: ['nothing'] }, '', Mixed);
  await expect(refusal).rejects.toMatchObject({ code: '42703' });
  const none = copyOut(pool, { numbers: [], texts: ['null'] }, '', Mixed);
  await expect(none).rejects.toThrow('COPY sent null');
  expect(gate.connections).toBe(1);
});

it('COPY is read from its own beginning, though another answer is still to come', async () => {
  const client = await pool.connect();
  const slow = client.query('select pg_sleep(0.05)');
  client.release();
  const columns = { numbers: ['n'], texts: ["'a'", "'b'"] };
  const copied = await copyOut(pool, columns, 'from generate_series(1, 3) n', Mixed);
  expect(copied.map(({ cells }) => cells[0])).toEqual([1, 2, 3]);
  expect((await slow).rowCount).toBe(1);
  for (let round = 0; round < 20; round++) {
    const refused = copyOut(pool, { numbers: [], texts: ['nothing'] }, '', Mixed);
    const next = copyOut(pool, columns, 'from generate_series(1, 2) n', Mixed);
    await expect(refused).rejects.toMatchObject({ code: '42703' });
    expect(await next).toHaveLength(2);
  }
  expect(gate.connections).toBe(1);
});

it('COPY comes whole in whatever pieces: bytes, and rows larger than what is received', async () => {
  const columns = { numbers: ['n', 'n'], texts: ["repeat('ö', n * 9999)", "'é'"] };
  const large = await copyOut(pool, columns, 'from generate_series(1, 9) n', Mixed);
  const all = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [n, n, 'ö'.repeat(n * 9999), 'é']);
  // What it was received in is used again by every statement.
  await pool.query("select repeat('x', 200000)");
  expect(large.map(({ cells }) => cells)).toEqual(all);
  const client = await pool.connect();
  if (!(client instanceof PatientClient)) throw new TypeError('no client of ours');
  for (const size of [1, 2, 3, 4, 5, 6, 7, 31]) {
    const rows: Mixed[] = [];
    const reader = new RowReader({ numbers: ['n', 'n'], texts: ['a', 'b'] }, (block) => {
      for (let index = 0; index < block.rows; index++) rows.push(new Mixed(block, index));
    });
    const select = "select n, n, 'a', repeat('ü', n) from generate_series(1, 20) n";
    await client.readBy(inPieces(reader, size), `copy (${select}) to stdout (format binary)`);
    expect(rows.map(({ cells }) => cells[3])).toEqual(
      Array.from({ length: 20 }, (_, index) => 'ü'.repeat(index + 1)),
    );
    expect((await client.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
  }
  client.release();
});

/** As if the network gave so few bytes at a time. */
const inPieces = (reader: ChunkReader, size: number): ChunkReader => ({
  take(chunk, toDriver) {
    let isOpen = true;
    for (let at = 0; at < chunk.length; at += size) {
      const piece = chunk.subarray(at, at + size);
      if (isOpen) isOpen = reader.take(piece, toDriver);
      else toDriver(piece);
    }
    return isOpen;
  },
});

class Mixed extends CopiedRow {
  get cells(): readonly (string | number)[] {
    return [this.number(0), this.number(1), this.text(0), this.text(1)];
  }
}
