import { readFile } from 'node:fs/promises';
import type { Pool } from 'pg';
import type { Checkpoints, ScannedBlock, ScannedBlocks } from '../../bookkeeping.ts';
import { START } from '../../event-store.ts';

/** Any number, the same in every process: whoever creates tables waits for the one who does. */
const SETUP_LOCK = 7_214_002;

export async function createBookkeeping(pool: Pool): Promise<void> {
  const sql = await readFile(new URL('./bookkeeping.sql', import.meta.url), 'utf8');
  // One multi-statement query is one transaction: the lock ends with it.
  await pool.query(`select pg_advisory_xact_lock(${SETUP_LOCK}); ${sql}`);
}

export function postgresCheckpoints(pool: Pool): Checkpoints {
  return {
    async load(name) {
      const { rows } = await pool.query<{ position: string }>(
        'select position from bookkeeping.checkpoints where name = $1',
        [name],
      );
      return rows[0]?.position ?? START;
    },
    async save(name, position) {
      await pool.query({
        name: 'save a checkpoint',
        text: `insert into bookkeeping.checkpoints values ($1, $2)
          on conflict (name) do update set position = excluded.position`,
        values: [name, position],
      });
    },
  };
}

const BLOCK = `select height::int, hash, parent_hash as "parentHash"
  from bookkeeping.scanned_blocks where chain = $1`;

export function postgresScannedBlocks(pool: Pool, chain: string): ScannedBlocks {
  return {
    async last() {
      const { rows } = await pool.query<ScannedBlock>({
        name: 'last scanned block',
        text: `${BLOCK} order by height desc limit 1`,
        values: [chain],
      });
      return rows[0];
    },
    async at(height) {
      const { rows } = await pool.query<ScannedBlock>({
        name: 'scanned block',
        text: `${BLOCK} and height = $2`,
        values: [chain, height],
      });
      return rows[0];
    },
    async push({ height, hash, parentHash }) {
      // Only on top of its parent, or as the first: the range stays contiguous whoever writes.
      const { rowCount } = await pool.query({
        name: 'next scanned block',
        text: `insert into bookkeeping.scanned_blocks
          select $1, $2::bigint, $3, $4
          where exists (
              select from bookkeeping.scanned_blocks
              where chain = $1 and height = $2::bigint - 1 and hash = $4)
            or not exists (select from bookkeeping.scanned_blocks where chain = $1)
          on conflict do nothing`,
        values: [chain, height, hash, parentHash],
      });
      if (rowCount !== 1) throw new Error(`block ${height} of ${chain} is not the next one`);
    },
    async rewind(height) {
      await pool.query('delete from bookkeeping.scanned_blocks where chain = $1 and height > $2', [
        chain,
        height,
      ]);
    },
    async finalHeight() {
      const { rows } = await pool.query<{ height: number }>(
        'select height::int from bookkeeping.final_heights where chain = $1',
        [chain],
      );
      return rows[0]?.height ?? -1;
    },
    async setFinalHeight(height) {
      await pool.query({
        name: 'final height',
        text: `insert into bookkeeping.final_heights values ($1, $2)
          on conflict (chain) do update
          set height = greatest(final_heights.height, excluded.height)`,
        values: [chain, height],
      });
    },
  };
}
