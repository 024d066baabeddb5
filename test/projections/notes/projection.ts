import type { ProjectedEvent, Projection } from '../../../src/projections/projection.ts';
import { AddedRows } from '../../../src/projections/rows/added-rows.ts';
import { KeyedRows } from '../../../src/projections/rows/keyed-rows.ts';

export interface NotesOptions {
  readonly version?: number;
  readonly order?: 'by key' | 'whole';
  /** What apply throws on. */
  readonly throwsOn?: (projected: ProjectedEvent) => boolean;
  /** What makes a row that its table refuses. */
  readonly refusedOn?: (projected: ProjectedEvent) => boolean;
}

interface Note {
  readonly stream: string;
  readonly events: number;
  readonly last: number;
}

/** Counts the events of each stream, and sees to it that each comes once and in order. */
export function notes({
  version = 1,
  order = 'by key',
  ...failing
}: NotesOptions = {}): Projection {
  const { throwsOn = () => false, refusedOn = () => false } = failing;
  return {
    ...{ name: 'notes', version, order },
    types: ['NonceAllocated'],
    tables: new URL('./tables.sql', import.meta.url),
    tableNames: ['notes', 'lines'],
    keyOf: ({ stream }) => stream,
    open() {
      const rows = noteRows();
      const lines = lineRows();
      return {
        load: (batch, client) => rows.load(() => batch.map(({ stream }) => stream), client),
        apply(projected) {
          const { stream, revision, position } = projected;
          const before = rows.get(stream) ?? { stream, events: 0, last: -1 };
          if (revision !== before.events) throw new Error(`${stream} ${revision} out of turn`);
          if (throwsOn(projected)) throw new Error(`can't take ${stream} ${revision}`);
          // A row that is refused stays one, whatever comes after it in the batch.
          const last = Math.max(before.last, refusedOn(projected) ? 1_000_000 : revision);
          rows.set(stream, { stream, events: before.events + 1, last });
          lines.add({ position, stream });
        },
        async flush(client) {
          await rows.flush(client);
          await lines.flush(client);
        },
        get pending() {
          return rows.pending + lines.pending;
        },
      };
    },
  };
}

function noteRows() {
  return new KeyedRows<Note>({
    table: 'notes',
    keyColumns: 1,
    columns: { stream: 'text', events: 'int', last: 'int' },
    toCells: ({ stream, events, last }) => [stream, `${events}`, `${last}`],
    fromCells: ([stream, events, last]) => ({
      ...{ stream: stream ?? '', events: Number(events), last: Number(last) },
    }),
    // So that rows leave memory in these tests too.
    bound: 2,
  });
}

function lineRows() {
  return new AddedRows<{ readonly position: string; readonly stream: string }>({
    table: 'lines',
    columns: { position: 'text', stream: 'text' },
    toCells: ({ position, stream }) => [position, stream],
  });
}
