import type pg from 'pg';
import { type AppendOutcome, NO_STREAM, type StreamAppend } from '../../../event-store.ts';
import { waitAtMost } from '../../postgres/patient-client.ts';
import { formatPosition } from '../positions.ts';
import { judge } from '../rules.ts';

/** Our own limit stands a little above the server's: it is for a server that is mute. */
const STATEMENT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 12_000;

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
  waitAtMost(client, ANSWER_TIMEOUT_MS);
  // The plans are kept, also from when the log was small: they must be those for a large one.
  await client.query(
    `select set_config('synchronous_commit', 'on', false)
       where current_setting('synchronous_commit') not in ('on', 'remote_apply');
     set statement_timeout = ${STATEMENT_TIMEOUT_MS};
     set default_transaction_isolation = "read committed";
     set enable_seqscan = off`,
  );
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
  });
  return rows[0]?.id ?? null;
}
