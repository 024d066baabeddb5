import type { Pool } from 'pg';
import type { EventStore, Position } from '../event-store.ts';
import { isoTime, type System } from '../system.ts';
import { type OnProgress, progressTo } from './advancing.ts';
import { compareBeside, recordCheck } from './comparing.ts';
import { Follower } from './follower.ts';
import type { FollowerLimits } from './follower-setup.ts';
import { LogPages } from './log-pages.ts';
import type { Projection } from './projection.ts';
import { createSchema, dropSchema, schemaInUse } from './schema.ts';

export interface Comparison {
  readonly name: string;
  readonly position: Position;
  /** Of the log, up to that position. */
  readonly events: number;
  readonly live: string;
  readonly replayed: string;
  readonly equal: boolean;
}

export interface ReplayOptions {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly system: System;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  readonly pace?: () => Promise<void>;
  readonly limits?: Partial<FollowerLimits>;
}

/** Builds a read model from event 1 beside the live one and compares them, row for row. */
export async function compareWithReplay(
  projection: Projection,
  options: ReplayOptions,
): Promise<Comparison> {
  const { store, pool, system } = options;
  const signal = options.signal ?? new AbortController().signal;
  const pages = new LogPages({ store, signal }).open();
  const { name } = projection;
  const { schema: live } = await schemaInUse(pool, projection);
  const scratch = `${live}_replay_${system.uuid().slice(0, 8)}`;
  await createSchema(pool, projection, scratch);
  try {
    const { pace, limits } = options;
    const setup = { projection, schema: scratch, pool, system, ...(limits ? { limits } : {}) };
    const follower = await Follower.open(setup);
    const advancing = {
      ...{ follower, pages, signal },
      onProgress: await progressTo(store, follower, options.onProgress),
      ...(pace ? { pace } : {}),
    };
    try {
      const digests = await compareBeside(pool, projection, live, scratch, advancing);
      await recordCheck(pool, live, digests, isoTime(system.now()));
      const events = follower.gone;
      const { position, rebuilt: replayed } = digests;
      const equal = digests.live === replayed;
      return { name, position, events, live: digests.live, replayed, equal };
    } finally {
      await follower.abandon();
    }
  } finally {
    await dropSchema(pool, scratch);
  }
}
