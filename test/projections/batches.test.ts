import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { decodeEvent } from '../../src/domain/events.ts';
import { type RecordedEvent, START } from '../../src/event-store.ts';
import { PROJECTIONS } from '../../src/projections/all.ts';
import { digestAt } from '../../src/projections/digest.ts';
import { commitBatch, runProjection } from '../../src/projections/runner.ts';
import { createSchema, dropSchema } from '../../src/projections/schema.ts';
import { eventually } from '../support/house.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { appendSampleLog } from './rows-from.ts';

let database: FreshDatabase;
const store = new MemoryEventStore();
const log: RecordedEvent[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  await appendSampleLog(store);
  for await (const recorded of store.readAll()) log.push(recorded);
});

afterAll(() => database.drop());

const mine = (types: readonly string[]) => log.filter(({ type }) => types.includes(type));

describe.each(PROJECTIONS.map((projection) => [projection.name, projection] as const))(
  'the read model %s',
  (_, projection) => {
    it('P1 has the same rows however the log was cut into batches', async () => {
      const { pool } = database;
      const events = mine(projection.types);
      expect(events.length).toBeGreaterThan(5);
      const digests = new Set<string>();
      for (const size of [1, 2, 3, events.length]) {
        const schema = `cut_${projection.name}_${size}`;
        await createSchema(pool, projection, schema);
        let at = START;
        for (let from = 0; from < events.length; from += size) {
          const batch = events.slice(from, from + size);
          const to = batch.at(-1)?.position ?? at;
          await commitBatch(projection, schema, pool, realSystem, batch, at, to);
          at = to;
        }
        digests.add((await digestAt(pool, projection, schema)).digest);
        await dropSchema(pool, schema);
      }
      expect(digests.size).toBe(1);
    });

    it('P1 applies a batch once, though two processes follow the log', async () => {
      const { pool } = database;
      const errors: string[] = [];
      const stopping = new AbortController();
      const shell = {
        ...{ store, pool, system: realSystem, signal: stopping.signal },
        onError: (name: string, error: unknown) => errors.push(`${name}: ${error}`),
      };
      const runs = [1, 2, 3].map(() => runProjection(projection, shell));
      const end = log.at(-1)?.position;
      await eventually('all at the end', async () =>
        runs.every((run) => run.health().position === end),
      );
      stopping.abort();
      await Promise.all(runs.map((run) => run.ended));
      const live = await digestAt(pool, projection, `${projection.name}_v${projection.version}`);
      const schema = `alone_${projection.name}`;
      await createSchema(pool, projection, schema);
      const events = mine(projection.types);
      await commitBatch(projection, schema, pool, realSystem, events, START, end ?? '');
      expect((await digestAt(pool, projection, schema)).digest).toBe(live.digest);
      for (const error of errors) expect(error).toMatch(/is no longer at/);
    });

    it('P1 leaves rows and checkpoint as they were when a batch fails half way', async () => {
      const { pool } = database;
      const schema = `torn_${projection.name}`;
      await createSchema(pool, projection, schema);
      const before = await digestAt(pool, projection, schema);
      const failing = {
        ...projection,
        open() {
          const fold = projection.open();
          const flush = async (client: PoolClient) => {
            await fold.flush(client);
            throw new Error('pulled the plug');
          };
          return { ...fold, flush, pending: fold.pending };
        },
      };
      const events = mine(projection.types);
      const end = events.at(-1)?.position ?? '';
      const torn = commitBatch(failing, schema, pool, realSystem, events, START, end);
      await expect(torn).rejects.toThrow('pulled the plug');
      expect(await digestAt(pool, projection, schema)).toEqual(before);
    });
  },
);

it('the sample decodes, so that it is what the house would write', () => {
  for (const recorded of log) expect(() => decodeEvent(recorded)).not.toThrow();
});
