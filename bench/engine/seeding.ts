import { randomUUID } from 'node:crypto';
import { type EventStore, NO_STREAM, type StreamAppend } from '../../src/event-store.ts';
import { query } from '../servers.ts';
import { PROVIDER, playerOf, roundOf, SEEDED_PROVIDER, transactionOf } from './bets.ts';
import { type ExampleLog, exampleLog } from './example-log.ts';

const ANY = playerOf(0);
const ACCOUNTS_PER_APPEND = 200;

/** Opens accounts from 1 through the port: any store takes it. */
export async function seedStore(store: EventStore, accounts: number): Promise<void> {
  const example = await exampleLog();
  for (let from = 1; from <= accounts; from += ACCOUNTS_PER_APPEND) {
    const count = Math.min(ACCOUNTS_PER_APPEND, accounts + 1 - from);
    const parts = Array.from({ length: count }, (_, index) => partsOf(example, from + index));
    for (const outcome of await store.append(parts.flat())) if (!outcome.ok) throw outcome.error;
  }
}

function partsOf({ opening }: ExampleLog, account: number): StreamAppend[] {
  const named = (text: string) => text.replaceAll(ANY, playerOf(account));
  const streams = [...new Set(opening.map(({ stream }) => stream))];
  return streams.map((stream) => ({
    stream: named(stream),
    expectedRevision: NO_STREAM,
    events: opening
      .filter((event) => event.stream === stream)
      .map(({ type, data, metadata }) => ({
        ...{ id: randomUUID(), type, data: named(data), metadata: named(metadata) },
      })),
  }));
}

/** The same rows by SQL, at the rate of the server: for accounts by the million. */
export async function seedPostgres(
  url: string,
  accounts: number,
  events?: ExampleLog['opening'],
): Promise<void> {
  const opening = events ?? (await exampleLog()).opening;
  await query(
    url,
    `with head as (
        update log.log_head set position = position + $1::int * $2::int, token = gen_random_uuid()
        returning position - $1::int * $2::int as position
      )
      insert into log.events (position, stream, revision, id, type, data, metadata)
      select head.position + (account - 1) * $2::int + e.ordinality,
        replace(e.stream, $3, p.name), e.revision, gen_random_uuid(), e.type,
        replace(e.data, $3, p.name)::json, replace(e.metadata, $3, p.name)::json
      from head
      cross join generate_series(1, $1::int) account
      cross join lateral (select 'p' || lpad(account::text, 7, '0') as name) p
      cross join unnest($4::text[], $5::int[], $6::text[], $7::text[], $8::text[])
        with ordinality as e (stream, revision, type, data, metadata, ordinality)`,
    [
      ...[accounts, opening.length, ANY],
      opening.map(({ stream }) => stream),
      opening.map(({ revision }) => revision),
      opening.map(({ type }) => type),
      opening.map(({ data }) => data),
      opening.map(({ metadata }) => metadata),
    ],
  );
  // No event of an opening has a key, so that the register needs to read none of them.
  await query(
    url,
    `insert into bookkeeping.checkpoints
     select 'key register', lpad(position::text, 16, '0') from log.log_head
     on conflict (name) do update set position = excluded.position`,
  );
  await query(url, 'vacuum analyze');
}

/** Bets of another game service on one account, so that it has this many events. */
export async function seedHistory(url: string, account: number, events: number): Promise<void> {
  const { bet } = await exampleLog();
  const text = (text: string) =>
    text.replaceAll(ANY, playerOf(account)).replaceAll(PROVIDER, SEEDED_PROVIDER);
  const more = events - bet.revision;
  if (more <= 0) return;
  await query(
    url,
    `with head as (
        update log.log_head set position = position + $1::int, token = gen_random_uuid()
        returning position - $1::int as position
      )
      insert into log.events (position, stream, revision, id, type, data, metadata)
      select head.position + n, $2, $3::int + n - 1, gen_random_uuid(), $4,
        replace(replace($5, $7, key), $8, key)::json, $6::json
      from head cross join generate_series(1, $1::int) n
      cross join lateral (select '"h' || $9::int || '.' || n || '"' as key) k`,
    [
      ...[more, text(bet.stream), bet.revision, bet.type, text(bet.data), text(bet.metadata)],
      ...[JSON.stringify(transactionOf(0)), JSON.stringify(roundOf(0)), account],
    ],
  );
  await query(url, 'vacuum analyze');
}
