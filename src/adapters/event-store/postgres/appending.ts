import type pg from 'pg';
import { type AppendOutcome, NO_STREAM, type StreamAppend } from '../../../event-store.ts';
import { joined, listOf } from '../../postgres/text-list.ts';
import { formatPosition } from '../positions.ts';
import { judge } from '../rules.ts';

/** The driver's own limit stands a little above the server's: it is for a server that is mute. */
const STATEMENT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 12_000;

const NO_KEYS: readonly string[] = [];

/** Both names as SQL has them. */
export interface LogTables {
  readonly schema: string;
  /** Undefined: the register of keys is elsewhere. */
  readonly keys: string | undefined;
}

/** Where the log ended at some moment. */
export interface LogHead {
  readonly position: number;
  readonly token: string;
  /** The last event's; null when the log is empty. */
  readonly lastId: string | null;
}

/** The head, and for each part what the rules say of it: undefined where it is to be written. */
export interface Judgement {
  readonly head: LogHead;
  readonly outcomes: (AppendOutcome | undefined)[];
}

/** With the revision of each part's stream; NO_STREAM when it isn't there. */
interface Judged extends Judgement {
  readonly revisions: readonly number[];
}

/** An acknowledged event must be on disk: a server or role that has it otherwise is overruled. */
export async function prepareSession(client: pg.PoolClient): Promise<void> {
  await client.query(
    `select set_config('synchronous_commit', 'on', false)
     where current_setting('synchronous_commit') not in ('on', 'remote_apply')`,
  );
  await client.query(`set statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
  await client.query('set default_transaction_isolation = "read committed"');
  // The plans are kept, also from when the log was small: they must be those for a large one.
  await client.query('set enable_seqscan = off');
}

interface StoredRow {
  head: string;
  token: string;
  last_id: string | null;
  current: number | null;
  ids: string[] | null;
  last_position: string | null;
}

/** One statement, hence one snapshot: the head and the streams belong together. */
export async function judgeAppends(
  client: pg.PoolClient,
  schema: string,
  appends: readonly StreamAppend[],
): Promise<Judged> {
  const { rows } = await client.query<StoredRow>({
    name: `${schema} judge`,
    text: `select h.position as head, h.token, s.revision as current,
        (select e.id from ${schema}.events e where e.position = h.position) as last_id,
        case when s.revision > p.expected then array(
          select e.id::text from ${schema}.events e
          where e.stream = p.stream
            and e.revision > p.expected and e.revision <= p.expected + p.count
          order by e.revision) end as ids,
        case when s.revision > p.expected then (
          select e.position from ${schema}.events e
          where e.stream = p.stream and e.revision = p.expected + p.count) end as last_position
      from ${schema}.log_head h
      cross join unnest($1::text[], $2::bigint[], $3::bigint[])
        with ordinality as p (stream, expected, count, ordinality)
      left join lateral (
        select e.revision from ${schema}.events e
        where e.stream = p.stream order by e.revision desc limit 1) s on true
      order by p.ordinality`,
    values: [
      appends.map(({ stream }) => stream),
      appends.map(({ expectedRevision }) => expectedRevision),
      appends.map(({ events }) => events.length),
    ],
    ...answerTimeout(),
  });
  const first = rows[0];
  if (first === undefined) throw new Error(`${schema}.log_head has lost its row`);
  const outcomes = appends.map((part, index) => {
    const row = rows[index];
    return judge(part, {
      current: row?.current ?? -1,
      ids: row?.ids ?? [],
      lastPosition: row?.last_position ? formatPosition(Number(row.last_position)) : undefined,
    });
  });
  const head = { position: Number(first.head), token: first.token, lastId: first.last_id };
  return { head, outcomes, revisions: rows.map(({ current }) => current ?? NO_STREAM) };
}

/** The event at a place of the log: after a reconnect, whether this is still the log it was. */
export async function idAt(
  client: pg.PoolClient,
  schema: string,
  position: number,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>({
    text: `select id from ${schema}.events where position = $1`,
    values: [position],
    ...answerTimeout(),
  });
  return rows[0]?.id ?? null;
}

const texts = (): string[] => [];

/** The parts of a write as its parameters, member by member; `checkAppends` has seen them all. */
function listsOf(parts: readonly StreamAppend[]) {
  const events = { streams: texts(), revisions: texts(), ids: texts(), types: texts() };
  const [data, metadata, keys, owners] = [texts(), texts(), texts(), texts()];
  for (const { stream, expectedRevision, events: added, keys: claimed } of parts) {
    let revision = expectedRevision;
    for (const event of added) {
      events.streams.push(stream);
      events.revisions.push(String(++revision));
      events.ids.push(event.id);
      events.types.push(event.type);
      data.push(event.data);
      metadata.push(event.metadata);
    }
    for (const key of claimed ?? NO_KEYS) {
      keys.push(key);
      owners.push(stream);
    }
  }
  return { events: [...Object.values(events), data, metadata], keys, owners };
}

/**
 * Moves the head, inserts the events and claims their keys in one statement and one commit. False:
 * another writer moved the head first, and nothing was written. Throws what `isTaken` knows where
 * a key is claimed already: nothing was written then either.
 */
export async function writeAppends(
  client: pg.PoolClient,
  tables: LogTables,
  parts: readonly StreamAppend[],
  from: LogHead,
  to: LogHead,
): Promise<boolean> {
  const { schema } = tables;
  const lists = listsOf(parts);
  const claiming = lists.keys.length > 0 ? tables.keys : undefined;
  const { rowCount } = await client.query({
    name: `${schema} write ${claiming ?? ''}`,
    text: `with head as (
        update ${schema}.log_head set position = $1, token = $2
        where position = $3 and token = $4 returning position
      ), written as (
        insert into ${schema}.events (position, stream, revision, id, type, data, metadata)
        select $3::bigint + e.ordinality, e.stream, e.revision, e.id, e.type, e.data::json,
          e.metadata::json
        from head, unnest(${listOf(6)}, ${listOf(7)}::integer[], ${listOf(8)}::uuid[], ${listOf(9)},
          ${listOf(10)}, ${listOf(11)})
          with ordinality as e (stream, revision, id, type, data, metadata, ordinality)
      )${claiming ? claimed(claiming) : ''}
      select pg_notify($5, '') from head`,
    values: [
      ...[to.position, to.token, from.position, from.token, channelOf(schema)],
      ...lists.events.map(joined),
      ...(claiming ? [joined(lists.keys), joined(lists.owners)] : []),
    ],
    ...answerTimeout(),
  });
  return rowCount === 1;
}

/**
 * After the head: whoever waits for that holds no key yet, so that nobody waits in a circle. And in
 * the one order that every claimant keeps.
 */
const claimed = (table: string) => `, claimed as (
        insert into ${table} (key, stream)
        select c.key, c.stream
        from head, unnest(${listOf(12)}, ${listOf(13)}) as c (key, stream)
        order by c.key collate "C"
      )`;

/** Names of channels are cut at 63 bytes, as those of schemas are. */
export function channelOf(schema: string): string {
  return `log_of_${schema.replaceAll('"', '')}`.slice(0, 63);
}

/** The driver takes it for one statement too; its types don't say so. */
function answerTimeout(): object {
  return { query_timeout: ANSWER_TIMEOUT_MS };
}
