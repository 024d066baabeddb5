import { PROJECTIONS } from '../../src/projections/all.ts';
import { dropSchema } from '../../src/projections/schema.ts';
import { type BenchResult, figuresOf } from '../bench.ts';
import { buildAndKeep, type Sides } from './sides.ts';

/** What a good SQL ledger needs for a bet, its indexes included. */
const SQL_LEDGER_BYTES = 743;

/** Bytes on disk for each event, nearly all of which are bets and wins; nothing is compressed. */
export async function measureStorage(sides: Sides): Promise<BenchResult> {
  const { pool } = sides;
  const built = await buildAndKeep(sides, PROJECTIONS);
  const events = built[0]?.events ?? 1;
  const sizeOf = async (schema: string) => {
    const { rows } = await pool.query<{ size: string }>(
      `select coalesce(sum(pg_total_relation_size(c.oid)), 0) as size
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relkind = 'r'`,
      [schema],
    );
    return Number(rows[0]?.size ?? 0) / events;
  };
  const cells: Record<string, readonly [number, string]> = {};
  cells['event and indexes'] = [await sizeOf('log'), 'B'];
  for (const { name, schema } of built) cells[name] = [await sizeOf(schema), 'B'];
  const all = Object.values(cells).reduce((sum, [bytes]) => sum + bytes, 0);
  for (const { schema } of built) await dropSchema(pool, schema);
  const ratio = {
    name: `bytes a bet, all in, to the ${SQL_LEDGER_BYTES} of a good SQL ledger`,
    value: all / SQL_LEDGER_BYTES,
    ...{ gate: null, aim: null, bound: 'at most' as const },
  };
  const figures = figuresOf('Bytes a bet', 'on disk', { ...cells, 'all in': [all, 'B'] });
  return { ratios: [ratio], figures, checks: [] };
}
