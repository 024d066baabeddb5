import { PostgresEventStore } from '../../../src/adapters/event-store/postgres/store.ts';
import { createBookkeeping } from '../../../src/adapters/postgres/bookkeeping.ts';
import { KEYS_TABLE } from '../../../src/adapters/postgres/key-register.ts';
import { openPool } from '../../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { freshDatabase } from '../../support/postgres.ts';
import { type FaultyLink, startFaultyLink } from './faulty-link.ts';

/** Two stores on one log of a database of their own, which claim keys with what they append. */
export interface FarAndNear {
  /** By way of the link. */
  readonly far: PostgresEventStore;
  readonly near: PostgresEventStore;
  readonly link: FaultyLink;
  close(): Promise<void>;
}

export async function openFarAndNear(
  onSwallowed?: (link: FaultyLink) => void,
): Promise<FarAndNear> {
  const database = await freshDatabase();
  await createBookkeeping(database.pool);
  const link: FaultyLink = await startFaultyLink(database.url, () => onSwallowed?.(link));
  const pool = openPool(link.url, { max: 3, applicationName: 'far' });
  const log = { system: realSystem, keysTable: KEYS_TABLE };
  const near = await PostgresEventStore.open({ ...log, pool: database.pool });
  const far = await PostgresEventStore.open({ ...log, pool });
  return {
    ...{ far, near, link },
    async close() {
      link.releaseAnswers();
      await Promise.all([far.close(), near.close()]);
      await pool.end();
      await link.close();
      await database.drop();
    },
  };
}
