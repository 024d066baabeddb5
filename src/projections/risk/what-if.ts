import type { Pool } from 'pg';
import type { RiskRuleSet } from '../../domain/risk/rule-set.ts';
import type { EventStore, Position } from '../../event-store.ts';
import type { System } from '../../system.ts';
import { advance, type OnProgress, progressTo } from '../advancing.ts';
import { Follower } from '../follower.ts';
import { LogPages } from '../log-pages.ts';
import { schemaOf } from '../projection.ts';
import { createSchema, dropSchema } from '../schema.ts';
import { riskWith } from './apply.ts';
import { type Counts, countsOf, type Difference, differences } from './differences.ts';

export interface WhatIfOptions {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly system: System;
  readonly signal: AbortSignal;
  /** Of the log as it is when it begins. */
  readonly onProgress?: OnProgress;
}

export interface WhatIf {
  readonly position: Position;
  readonly events: number;
  readonly withdrawals: Counts;
  readonly players: Counts;
  /** Some keys have an event that can't be applied: what came after it was not looked at. */
  readonly hasParked: boolean;
  /** What would differ, the greatest difference first; read while it is asked for. */
  differences(of: 'withdrawals' | 'players', limit: number | null): AsyncGenerator<Difference>;
}

/**
 * Goes over the log from event 1 with these rules beside those that counted at each place, in
 * tables of its own that are gone afterwards: the live read model is neither written nor asked.
 */
export async function whatIf(
  ruleSet: RiskRuleSet,
  { store, pool, system, signal, onProgress }: WhatIfOptions,
  report: (found: WhatIf) => Promise<void>,
): Promise<void> {
  const projection = riskWith(ruleSet);
  const schema = `${schemaOf(projection)}_what_if_${system.uuid().slice(0, 8)}`;
  await createSchema(pool, projection, schema);
  try {
    const follower = await Follower.open({ projection, schema, pool, system });
    try {
      const pages = new LogPages({ store, signal }).open();
      const advancing = { follower, pages, signal };
      const end = await store.head();
      await advance(
        { ...advancing, onProgress: await progressTo(store, follower, onProgress) },
        end,
      );
      await report({
        ...{ position: end, events: follower.gone, hasParked: follower.hasParked },
        withdrawals: await countsOf(pool, schema, 'withdrawals'),
        players: await countsOf(pool, schema, 'players'),
        differences: (of, limit) => differences(pool, schema, of, limit),
      });
    } finally {
      await follower.abandon();
    }
  } finally {
    await dropSchema(pool, schema);
  }
}
