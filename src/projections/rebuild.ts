import type { Pool } from 'pg';
import type { EventStore, Position } from '../event-store.ts';
import { isoTime, type System } from '../system.ts';
import { type Advance, advance, holding, type OnProgress, progressTo } from './advancing.ts';
import { compareBeside, type Digests, recordCheck } from './comparing.ts';
import { Follower } from './follower.ts';
import type { FollowerLimits } from './follower-setup.ts';
import { LogPages } from './log-pages.ts';
import { countParked } from './parked-list.ts';
import { type Projection, schemaOf } from './projection.ts';
import { RunnerLocks } from './runner-locks.ts';
import { createSchema, dropSchema, liveSchema, pointAt, schemaInUse } from './schema.ts';
import { transaction } from './transaction.ts';

export interface RebuildOptions {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly system: System;
  /** Ends it after the page at hand; another run goes on there. */
  readonly signal: AbortSignal;
  readonly limits?: Partial<FollowerLimits>;
  readonly pageEvents?: number;
  /** Takes over even where the rows differ from the live ones. */
  readonly evenIfDifferent?: boolean;
  readonly onProgress?: OnProgress;
}

export interface Rebuilt {
  readonly schema: string;
  /** The schema that answered before; null for a version that is built for the first time. */
  readonly before: string | null;
  readonly events: number;
  /** Null where there was nothing to compare with, and why. */
  readonly compared: Digests | null;
  readonly notCompared: string | null;
  /** False: the rows differ, and the live schema stays. */
  readonly tookOver: boolean;
}

/** Nothing was changed. */
export class RebuildRefused extends Error {
  override readonly name = 'RebuildRefused';
}

/**
 * Builds a read model from event 1 in tables of its own, beside the live one, and lets it take over
 * when it stands at the same position. Where it was stopped it goes on.
 */
export async function rebuild(projection: Projection, options: RebuildOptions): Promise<Rebuilt> {
  const { pool, store, system, signal, limits, pageEvents } = options;
  const before = await liveSchema(pool, projection).catch(() => null);
  const schema = await schemaToBuild(pool, projection, before);
  const lock = await RunnerLocks.of(pool).tryAcquire(schema);
  if (lock === null) throw new RebuildRefused(`another process is building ${schema}`);
  const setup = { projection, schema, pool, system, ...(limits ? { limits } : {}) };
  const follower = await Follower.open(setup).catch(async (error) => {
    await lock.release();
    throw error;
  });
  try {
    const pages = new LogPages({ store, signal, ...(pageEvents ? { pageEvents } : {}) }).open();
    let told = 0;
    const onProgress = await progressTo(store, follower, (events, part) => {
      told = part;
      options.onProgress?.(events, part);
    });
    const advancing = { follower, pages, signal, onProgress };
    const done =
      before === null
        ? await takeFirstPlace(projection, schema, advancing, options)
        : await takeOver(projection, schema, before, advancing, options);
    // The live one may have stood behind the end that the parts were reckoned from.
    if (told < 1) options.onProgress?.(follower.gone, 1);
    return { schema, before, events: follower.gone, ...done };
  } finally {
    await follower.abandon();
    await lock.release();
  }
}

type Outcome = Pick<Rebuilt, 'compared' | 'notCompared' | 'tookOver'>;

async function takeFirstPlace(
  projection: Projection,
  schema: string,
  advancing: Advance,
  { pool, store }: RebuildOptions,
): Promise<Outcome> {
  for (let head = await store.head(); advancing.follower.at < head; head = await store.head()) {
    await advance(advancing, head);
  }
  await transaction(pool, (client) => pointAt(client, projection, schema));
  const notCompared = `version ${projection.version} answers for the first time`;
  return { compared: null, notCompared, tookOver: true };
}

async function takeOver(
  projection: Projection,
  schema: string,
  live: string,
  advancing: Advance,
  { pool, system, evenIfDifferent = false }: RebuildOptions,
): Promise<Outcome> {
  const notCompared = await incomparable(pool, live);
  let compared: Digests | null = null;
  if (notCompared === null) {
    compared = await compareBeside(pool, projection, live, schema, advancing);
    const now = isoTime(system.now());
    await recordCheck(pool, live, compared, now);
    if (compared.live !== compared.rebuilt && !evenIfDifferent) {
      return { compared, notCompared, tookOver: false };
    }
    const { rebuilt } = compared;
    await recordCheck(pool, schema, { ...compared, live: rebuilt }, now);
  } else {
    await advance(advancing, await positionOf(pool, live));
  }
  await holding(
    pool,
    live,
    (position) => advance(advancing, position),
    (client) => pointAt(client, projection, schema),
  );
  return { compared, notCompared, tookOver: true };
}

/** Rows that are known to lack something are no measure. */
async function incomparable(pool: Pool, live: string): Promise<string | null> {
  const { rows } = await pool.query<{ stopped: string | null }>(
    'select stopped from projections.checkpoints where schema = $1',
    [live],
  );
  if (rows[0]?.stopped) return 'the live one was stopped';
  const parked = await countParked(pool, live);
  return parked > 0 ? `the live one has ${parked} parked keys` : null;
}

async function positionOf(pool: Pool, schema: string): Promise<Position> {
  const { rows } = await pool.query<{ position: Position }>(
    'select position from projections.checkpoints where schema = $1',
    [schema],
  );
  return rows[0]?.position ?? '';
}

/** What an earlier run began, or a new one. */
async function schemaToBuild(
  pool: Pool,
  projection: Projection,
  live: string | null,
): Promise<string> {
  const known = live === null ? (await schemaInUse(pool, projection)).schema : null;
  const { rows } = await pool.query<{ schema: string; state: string; stopped: string | null }>(
    'select schema, state, stopped from projections.checkpoints where name = $1 and version = $2',
    [projection.name, projection.version],
  );
  for (const { schema, state, stopped } of rows) {
    // Nothing can be added to it, and nobody reads it.
    if (state !== 'building' || stopped === null) continue;
    await dropSchema(pool, schema);
    return schemaToBuild(pool, projection, live);
  }
  if (known !== null) return known;
  const begun = rows.find(({ state }) => state === 'building');
  if (begun) return begun.schema;
  const taken = new Set(rows.map(({ schema }) => schema));
  let number = 2;
  while (taken.has(`${schemaOf(projection)}_${number}`)) number++;
  const schema = `${schemaOf(projection)}_${number}`;
  await createSchema(pool, projection, schema, 'building');
  return schema;
}

/** Removes what no longer answers for this read model, in any version but the code's own. */
export async function dropOld(pool: Pool, projection: Projection): Promise<string[]> {
  const { name, version } = projection;
  const { rows } = await pool.query<{ schema: string }>(
    `select c.schema from projections.checkpoints c
     where c.name = $1 and (c.state = 'old' or (c.state = 'live' and c.version < $2))
       and exists (select from projections.live l where l.name = $1 and l.version = $2)
     order by c.schema`,
    [name, version],
  );
  for (const { schema } of rows) await dropSchema(pool, schema);
  return rows.map(({ schema }) => schema);
}
