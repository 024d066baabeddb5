import type { Pool } from 'pg';
import { realSystem } from '../../src/adapters/system.ts';
import { encodeEvent } from '../../src/domain/events.ts';
import { deterministicId } from '../../src/domain/ids.ts';
import { type EventStore, NO_STREAM, type RecordedEvent, START } from '../../src/event-store.ts';
import { PROJECTIONS } from '../../src/projections/all.ts';
import { commitBatch } from '../../src/projections/runner.ts';
import { createSchema, dropSchema } from '../../src/projections/schema.ts';
import { lifeOfAPlayer, type Placed } from '../support/sample-log.ts';

/** The same events, ids and all, whichever store keeps them. */
export async function appendSampleLog(
  store: EventStore,
  events: readonly Placed[] = lifeOfAPlayer(),
): Promise<void> {
  const revisions = new Map<string, number>();
  for (const { stream, event } of events) {
    const expectedRevision = revisions.get(stream) ?? NO_STREAM;
    const id = deterministicId('sample', stream, `${expectedRevision}`);
    const encoded = encodeEvent(event, {
      ...{ actor: { kind: 'system', id: 'sample' }, time: '2026-11-21T10:00:00.000Z' },
      ...{ commandId: id, causationId: id, correlationId: id },
    });
    const [outcome] = await store.append([
      { stream, expectedRevision, events: [{ id, ...encoded }] },
    ]);
    if (!outcome?.ok) throw outcome?.error ?? new Error('no outcome');
    revisions.set(stream, expectedRevision + 1);
  }
}

/** All rows of all read models, with the place of an event in the log for its position. */
export async function rowsFrom(store: EventStore, pool: Pool): Promise<Record<string, string[]>> {
  const log: RecordedEvent[] = [];
  for await (const event of store.readAll()) log.push(event);
  const places = new Map(log.map(({ position }, index) => [position, `#${index + 1}`]));
  const rows: Record<string, string[]> = {};
  for (const projection of PROJECTIONS) {
    const schema = `rows_${projection.name}_${realSystem.uuid().slice(0, 8)}`;
    await createSchema(pool, projection, schema);
    const types: readonly string[] = projection.types;
    const mine = log.filter(({ type }) => types.includes(type));
    const end = mine.at(-1)?.position ?? START;
    await commitBatch(projection, schema, pool, realSystem, mine, START, end);
    for (const table of projection.tableNames) {
      const { rows: found } = await pool.query<{ row: string }>(
        `select row_to_json(t)::text as row from ${schema}.${table} t`,
      );
      rows[`${projection.name}.${table}`] = found
        .map(({ row }) => row.replaceAll(/"(\d{16}|\d{20})"/g, (all, at) => places.get(at) ?? all))
        .sort();
    }
    await dropSchema(pool, schema);
  }
  return rows;
}
