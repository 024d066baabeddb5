import type pg from 'pg';
import {
  type Filter,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  START,
} from '../../../event-store.ts';
import type { System } from '../../../system.ts';
import { CopiedRow, copyOut } from '../../postgres/copy-out.ts';
import { Gathering } from '../../postgres/gathering.ts';
import type { Page } from '../follow.ts';
import { formatPosition, parsePosition } from '../positions.ts';

const PAGE_EVENTS = 500;
/** Most streams are shorter: one statement has the whole of many of them. */
const BEGINNING_EVENTS = 50;
const GATHERED_STREAMS = 200;
/** A filter that matches nearly nothing must not make one statement read the whole log. */
const SCANNED_EVENTS = 20_000;

interface EventRow {
  position: string;
  stream: string;
  revision: number;
  id: string;
  type: string;
  data: string;
  metadata: string;
}

const COLUMNS = `e.position, e.stream, e.revision, e.id, e.type, e.data::text as data,
  e.metadata::text as metadata`;

/**
 * The reading half of the log, in pages: no result is ever larger than one. The statements have no
 * names: a plan that was kept from when the log was small would scan all of it when it is large.
 */
export class LogReader {
  readonly #pool: pg.Pool;
  readonly #schema: string;
  readonly #beginnings: Gathering<StreamFrom, readonly RecordedEvent[]>;

  /** The schema's name comes quoted. */
  constructor(pool: pg.Pool, schema: string, system: Pick<System, 'turn'>) {
    this.#pool = pool;
    this.#schema = schema;
    this.#beginnings = new Gathering(system, GATHERED_STREAMS, (all) => this.#beginningsOf(all));
  }

  async head(): Promise<Position> {
    const { rows } = await this.#pool.query<{ position: string }>({
      name: `${this.#schema} head`,
      text: `select position from ${this.#schema}.log_head`,
    });
    return formatPosition(Number(rows[0]?.position ?? 0));
  }

  /** One statement, hence one snapshot: what is not in it was not committed below its head. */
  async page(after: Position, filter: Filter = {}, limit = PAGE_EVENTS): Promise<Page> {
    const from = parsePosition(after);
    const { rows } = await this.#pool.query<EventRow & { head: string }>({
      name: `${this.#schema} page`,
      text: `select h.position as head, ${COLUMNS}
        from ${this.#schema}.log_head h
        left join lateral (
          select * from ${this.#schema}.events
          where position > $1 and position <= $2
            and ($3::text[] is null
              or exists (select from unnest($3::text[]) prefix where starts_with(stream, prefix)))
            and ($4::text[] is null or type = any($4))
          order by position limit $5
        ) e on true
        order by e.position`,
      values: [
        from,
        from + SCANNED_EVENTS,
        orNull(filter.streamPrefixes),
        orNull(filter.types),
        limit,
      ],
    });
    const head = Number(rows[0]?.head ?? 0);
    const events = rows.filter((row) => row.position !== null).map(toEvent);
    const scanned = Math.max(from, Math.min(head, from + SCANNED_EVENTS));
    const last = events.at(-1);
    const upTo = last && events.length === limit ? last.position : formatPosition(scanned);
    return { events, upTo, isLast: parsePosition(upTo) >= head };
  }

  /** For who reads the whole log. */
  whole(after: Position, limit: number): Promise<CopiedEvent[]> {
    const from = `from (
        select * from ${this.#schema}.events where position > ${parsePosition(after)}
        order by position limit ${Number(limit)}
      ) e`;
    return copyOut(this.#pool, CopiedEvent.COLUMNS, from, CopiedEvent);
  }

  async *all(options: ReadAllOptions): AsyncGenerator<RecordedEvent, void, void> {
    const { after = START, filter, limit = Number.POSITIVE_INFINITY } = options;
    let at = after;
    for (let left = limit; left > 0; ) {
      const page = await this.page(at, filter, Math.min(left, PAGE_EVENTS));
      yield* page.events;
      if (page.isLast) return;
      left -= page.events.length;
      at = page.upTo;
    }
  }

  /** Of each stream the first events from a revision on, as many as there are or fit. */
  async #beginningsOf(asked: readonly StreamFrom[]): Promise<RecordedEvent[][]> {
    const { rows } = await this.#pool.query<EventRow & { place: string }>({
      text: `select s.place, ${COLUMNS}
        from unnest($1::text[], $2::bigint[], $3::int[])
          with ordinality as s (stream, start, most, place),
        lateral (
          select * from ${this.#schema}.events
          where stream = s.stream and revision >= s.start
          order by revision limit s.most
        ) e
        order by s.place, e.revision`,
      values: [
        asked.map(({ stream }) => stream),
        asked.map(({ from }) => from),
        asked.map(({ most }) => most),
      ],
    });
    const found: RecordedEvent[][] = asked.map(() => []);
    for (const row of rows) found[Number(row.place) - 1]?.push(toEvent(row));
    return found;
  }

  async *stream(
    stream: string,
    options: ReadStreamOptions,
  ): AsyncGenerator<RecordedEvent, void, void> {
    const { direction = 'forwards', limit = Number.POSITIVE_INFINITY } = options;
    const isForwards = direction === 'forwards';
    const text = `select ${COLUMNS} from ${this.#schema}.events e
      where stream = $1 and revision ${isForwards ? '>=' : '<='} $2::bigint
      order by revision ${isForwards ? 'asc' : 'desc'} limit $3`;
    let from = options.from ?? (isForwards ? 0 : Number.MAX_SAFE_INTEGER);
    let left = limit;
    if (isForwards && left > 0) {
      const most = Math.min(left, BEGINNING_EVENTS);
      const events = await this.#beginnings.ask({ stream, from, most });
      yield* events;
      if (events.length < most) return;
      left -= events.length;
      from += events.length;
    }
    while (left > 0) {
      const count = Math.min(left, PAGE_EVENTS);
      const { rows } = await this.#pool.query<EventRow>({
        name: `${this.#schema} stream ${direction}`,
        text,
        values: [stream, from, count],
      });
      for (const row of rows) yield toEvent(row);
      const last = rows.at(-1);
      if (last === undefined || rows.length < count) return;
      left -= rows.length;
      from = last.revision + (isForwards ? 1 : -1);
    }
  }
}

interface StreamFrom {
  readonly stream: string;
  readonly from: number;
  readonly most: number;
}

class CopiedEvent extends CopiedRow implements RecordedEvent {
  static readonly COLUMNS = {
    numbers: ['position', 'revision'],
    texts: ['type', 'stream', 'data', 'metadata', 'id::text'],
  };

  get position(): Position {
    return formatPosition(this.number(0));
  }

  get revision(): number {
    return this.number(1);
  }

  get type(): string {
    return this.text(0);
  }

  get stream(): string {
    return this.text(1);
  }

  get data(): string {
    return this.text(2);
  }

  get metadata(): string {
    return this.text(3);
  }

  get id(): string {
    return this.text(4);
  }
}

function toEvent(row: EventRow): RecordedEvent {
  const { position, stream, revision, id, type, data, metadata } = row;
  return {
    id,
    type,
    data,
    metadata,
    stream,
    revision,
    position: formatPosition(Number(position)),
  };
}

function orNull(list: readonly string[] | undefined): readonly string[] | null {
  return list === undefined || list.length === 0 ? null : list;
}
