import type pg from 'pg';
import type { StreamAppend } from '../../../event-store.ts';
import { runBound, type Statement } from '../../postgres/bound-statement.ts';
import { joined, listOf } from '../../postgres/text-list.ts';
import type { LogHead } from './appending.ts';

const NO_KEYS: readonly string[] = [];

/** How a log is written: with keys where the register of keys is beside it. */
export interface Writing {
  readonly plain: Statement;
  /** Undefined: the register is elsewhere. */
  readonly claiming: Statement | undefined;
  /** The same of one event with one key, in two thirds of the time: its lists are no lists. */
  readonly lone: Statement | undefined;
}

const EVENTS = `unnest(${listOf(6)}, ${listOf(7)}::integer[], ${listOf(8)}::uuid[], ${listOf(9)},
    ${listOf(10)}, ${listOf(11)}) with ordinality`;
const ONE_EVENT = '(values ($6, $7::integer, $8::uuid, $9, $10, $11, 1))';
const KEYS = `unnest(${listOf(12)}, ${listOf(13)})`;
const ONE_KEY = '(values ($12, $13))';

export function writingTo(schema: string, keysTable: string | undefined): Writing {
  const statement = (name: string, events: string, claim: string): Statement => {
    return { name: `${schema} ${name}`, text: writeText(schema, events, claim) };
  };
  const claim = (keys: string) => claimText(keysTable ?? '', keys);
  return {
    plain: statement('write', EVENTS, ''),
    claiming: keysTable ? statement('write and claim', EVENTS, claim(KEYS)) : undefined,
    lone: keysTable ? statement('write and claim one', ONE_EVENT, claim(ONE_KEY)) : undefined,
  };
}

/** The events are its last part, because their number is then what it answers, and no row. */
const writeText = (schema: string, events: string, claim: string) => `with head as (
    update ${schema}.log_head set position = $1, token = $2
    where position = $3 and token = $4 returning case when $5 <> '' then pg_notify($5, '') end
  )${claim}
  insert into ${schema}.events (position, stream, revision, id, type, data, metadata)
  select $3::bigint + e.ordinality, e.stream, e.revision, e.id, e.type, e.data::json,
    e.metadata::json
  from head, ${events} as e (stream, revision, id, type, data, metadata, ordinality)`;

/**
 * After the head: whoever waits for that holds no key yet, so that nobody waits in a circle. And in
 * the one order that every claimant keeps.
 */
const claimText = (table: string, keys: string) => `, claimed as (
    insert into ${table} (key, stream)
    select c.key, c.stream from head, ${keys} as c (key, stream) order by c.key collate "C"
  )`;

/** Appends as the statement takes them, made while another one is under way. */
export interface Prepared {
  readonly parts: readonly StreamAppend[];
  readonly count: number;
  readonly lastId: string | null;
  /** Of each column. */
  readonly events: readonly string[];
  readonly keys: readonly string[];
  readonly keyCount: number;
}

/**
 * Moves the head, inserts the events and claims their keys in one statement and one commit, which
 * is announced on the channel unless that is empty. False: another writer moved the head first, and
 * nothing was written. Throws what `isTaken` knows where a key is claimed already: nothing was
 * written then either.
 */
export async function writeAppends(
  client: pg.PoolClient,
  { plain, claiming, lone }: Writing,
  { count, events, keys, keyCount }: Prepared,
  from: LogHead,
  to: LogHead,
  channel: string,
): Promise<boolean> {
  const isClaiming = claiming !== undefined && keyCount > 0;
  const isLone = count === 1 && keyCount === 1;
  const statement = isClaiming ? (isLone && lone) || claiming : plain;
  const head = [String(to.position), to.token, String(from.position), from.token, channel];
  const values = isClaiming ? [...head, ...events, ...keys] : [...head, ...events];
  return (await runBound(client, statement, values)) !== 0;
}

const texts = (): string[] => [];

/** Member by member; `checkAppends` has seen them all. */
export function prepare(parts: readonly StreamAppend[]): Prepared {
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
  return {
    parts,
    count: data.length,
    lastId: events.ids.at(-1) ?? null,
    events: [...Object.values(events), data, metadata].map(joined),
    keys: [joined(keys), joined(owners)],
    keyCount: keys.length,
  };
}
