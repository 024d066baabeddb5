import pg, { type Pool, type PoolClient } from 'pg';
import { PostgresEventStore } from '../../src/adapters/event-store/postgres/store.ts';
import { createBookkeeping } from '../../src/adapters/postgres/bookkeeping.ts';
import { openPool } from '../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { START } from '../../src/event-store.ts';
import { advance } from '../../src/projections/advancing.ts';
import { balances } from '../../src/projections/balances/apply.ts';
import { Follower } from '../../src/projections/follower.ts';
import { LogEvent } from '../../src/projections/log-event.ts';
import { type LogPage, LogPages } from '../../src/projections/log-pages.ts';
import type { Fold, Projection } from '../../src/projections/projection.ts';
import { createSchema, dropSchema } from '../../src/projections/schema.ts';

/** The log of a database, and what is read from it. Each way goes over the whole log once. */
export interface Sides {
  readonly pool: Pool;
  /** Of the baseline: the driver as it is. */
  readonly plainPool: Pool;
  readonly store: PostgresEventStore;
  close(): Promise<void>;
}

export async function openSides(url: string): Promise<Sides> {
  const pool = openPool(url, { max: 20, applicationName: 'bench', statementTimeoutMs: 600_000 });
  await createBookkeeping(pool);
  const plainPool = new pg.Pool({ connectionString: url });
  const store = await PostgresEventStore.open({ pool, system: realSystem });
  return {
    ...{ pool, plainPool, store },
    async close() {
      await store.close();
      await Promise.all([pool.end(), plainPool.end()]);
    },
  };
}

/** A way over the whole log. */
export interface Gone {
  readonly events: number;
  /**
   * Some of what it worked with, as a process that goes on has it too. Once nothing of a shape is
   * left, the collector throws away what V8 compiled for that: half of a short round would be
   * spent compiling it again.
   */
  readonly kept: unknown;
}

const PAGE_EVENTS = 5_000;

/** The baseline: what anybody would write in a quarter of an hour. The driver parses the JSON. */
export async function pagedSelect({ plainPool }: Sides): Promise<Gone> {
  const balance = new Map<string, bigint>();
  let kept: readonly unknown[] = [];
  let events = 0;
  for (let at = '0'; ; ) {
    const { rows } = await plainPool.query<{
      position: string;
      stream: string;
      type: string;
      data: Data;
    }>(
      `select position, stream, type, data from log.events
       where position > $1 order by position limit ${PAGE_EVENTS}`,
      [at],
    );
    for (const { stream, type, data } of rows) {
      if (data.amount === undefined) continue;
      const sign = type === 'BetDebited' ? -1n : 1n;
      balance.set(stream, (balance.get(stream) ?? 0n) + sign * BigInt(data.amount));
    }
    events += rows.length;
    const last = rows.at(-1);
    if (last) kept = rows;
    if (last === undefined || rows.length < PAGE_EVENTS) return { events, kept: [kept, balance] };
    at = last.position;
  }
}

interface Data {
  readonly amount?: string;
}

const neverAborted = new AbortController().signal;

const BALANCE_TYPES: ReadonlySet<string> = new Set(balances.types);
const emptyTable = { query: async () => ({ rows: [], rowCount: 0 }) } as unknown as PoolClient;

/** Pages, continuity, upcasting and the fold of the balances, with nothing written. */
export async function pureFold({ store }: Sides): Promise<Gone> {
  const pages = new LogPages({ store, signal: neverAborted }).open();
  const fold = balances.open();
  let kept: LogPage | undefined;
  let events = 0;
  for (let at = START; ; ) {
    const page = await pages.read(at);
    if (!page.isEnd) pages.prefetch(page.upTo);
    await realSystem.turn();
    await foldPage(fold, page);
    events += page.events.length;
    if (page.events.length > 0) kept = page;
    if (page.isEnd) return { events, kept: [kept, fold] };
    at = page.upTo;
  }
}

/** Its own function, as where read models are built: V8 optimises what is called often. */
async function foldPage(fold: Fold, { events }: LogPage): Promise<void> {
  const mine = events.filter(({ type }) => BALANCE_TYPES.has(type));
  LogEvent.group(mine);
  await fold.load(mine, emptyTable);
  for (const event of mine) fold.apply(event);
}

/** Read models built from event 1 to the end, as a rebuild does, on the same pages. */
export async function build(sides: Sides, projections: readonly Projection[]): Promise<Gone> {
  const built = await buildAndKeep(sides, projections);
  for (const { schema } of built) await dropSchema(sides.pool, schema);
  return { events: Math.min(...built.map(({ events }) => events)), kept: built };
}

export interface Built {
  readonly name: string;
  readonly schema: string;
  readonly events: number;
  readonly follower: Follower;
}

export async function buildAndKeep(
  { pool, store }: Sides,
  projections: readonly Projection[],
): Promise<Built[]> {
  const pages = new LogPages({ store, signal: neverAborted });
  const head = await store.head();
  // All begin together: who came when the others are on their way would read the log alone.
  const begun = await Promise.all(
    projections.map(async (projection) => {
      const { name } = projection;
      const schema = `bench_${name}_${realSystem.uuid().slice(0, 8)}`;
      await createSchema(pool, projection, schema);
      const follower = await Follower.open({ projection, schema, pool, system: realSystem });
      return { name, schema, follower };
    }),
  );
  return Promise.all(
    begun.map(async ({ name, schema, follower }) => {
      const reader = pages.open();
      await advance({ follower, pages: reader, signal: neverAborted }, head);
      reader.close();
      return { name, schema, events: follower.gone, follower };
    }),
  );
}
