import { randomUUID } from 'node:crypto';
import { PostgresEventStore } from '../../src/adapters/event-store/postgres/store.ts';
import { openPool } from '../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { NO_STREAM, type StreamAppend } from '../../src/event-store.ts';

/** What was acknowledged: the ids of one part, in order, and the position of the last of them. */
export interface Acknowledged {
  readonly ids: readonly string[];
  readonly position: string;
}

const [url = '', writers = '0', rounds = '0'] = process.argv.slice(2);

/** Between any two commits the others get a chance: events of all sizes, in one part or two. */
async function write(): Promise<void> {
  const pool = openPool(url, { max: 1, applicationName: 'race' });
  const store = await PostgresEventStore.open({ pool, system: realSystem });
  const streams = [`race-${randomUUID()}`, `race-${randomUUID()}`];
  const revisions = streams.map(() => NO_STREAM);
  for (let round = 0; round < Number(rounds); round++) {
    const appends: StreamAppend[] = [];
    for (const [index, stream] of streams.slice(round % 2).entries()) {
      const events = Array.from({ length: 1 + Math.floor(Math.random() * 4) }, () => ({
        id: randomUUID(),
        type: 'Raced',
        data: JSON.stringify({ text: 'x'.repeat(Math.floor(Math.random() * 3_000)) }),
        metadata: '{}',
      }));
      const which = index + (round % 2);
      appends.push({ stream, expectedRevision: revisions[which] ?? NO_STREAM, events });
    }
    for (const [index, outcome] of (await store.append(appends)).entries()) {
      const part = appends[index];
      if (part === undefined || outcome.ok === false) {
        throw outcome.ok ? new Error('an outcome too many') : outcome.error;
      }
      revisions[streams.indexOf(part.stream)] = outcome.revision;
      const ids = part.events.map(({ id }) => id);
      process.send?.({ ids, position: outcome.position } satisfies Acknowledged);
    }
  }
  await store.close();
  await pool.end();
}

void Promise.all(Array.from({ length: Number(writers) }, write)).then(() => process.disconnect?.());
