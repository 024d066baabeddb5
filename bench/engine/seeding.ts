import { randomUUID } from 'node:crypto';
import { realSystem } from '../../src/adapters/system.ts';
import { type DomainEvent, encodeEvent } from '../../src/domain/events.ts';
import { streams } from '../../src/domain/ids.ts';
import type { EventStore, NewEvent, StreamAppend } from '../../src/event-store.ts';
import { isoTime } from '../../src/system.ts';
import { query } from '../servers.ts';
import { BRAND, CURRENCY, FIRST_BALANCE, playerOf } from './bets.ts';

/** An event of any account: its player's name is to be put in for that of account 0. */
export interface Template {
  readonly stream: string;
  readonly revision: number;
  readonly event: Omit<NewEvent, 'id'>;
}

const ANY = playerOf(0);

/** What every account begins with: a registered player, and a deposit that opened the account. */
export function accountTemplates(): Template[] {
  const ref = { brand: BRAND, player: ANY, currency: CURRENCY };
  const player = streams.player(ref);
  const account = streams.account(ref);
  const deposit: DomainEvent = {
    type: 'DepositCredited',
    data: {
      ...ref,
      ...{ chain: 'eip155:1', address: 'bench', deposit: `deposit of ${ANY}`, epoch: 1 },
      ...{ asset: 'bench', txid: 'bench', amount: String(FIRST_BALANCE), repaid: '0' },
    },
  };
  return [
    template(player, 0, { type: 'PlayerRegistered', data: { brand: BRAND, player: ANY } }),
    template(account, 0, { type: 'AccountOpened', data: ref }),
    template(account, 1, deposit),
  ];
}

/** Encoded by the product's own code, so that what is seeded is what it would have written. */
export function template(stream: string, revision: number, event: DomainEvent): Template {
  const cause = { commandId: 'seed', causationId: 'seed', correlationId: 'seed' };
  const actor = { kind: 'system', id: 'bench' } as const;
  const encoded = encodeEvent(event, { ...cause, actor, time: isoTime(realSystem.now()) });
  return { stream, revision, event: encoded };
}

const ACCOUNTS_PER_APPEND = 500;

/** Through the port: any store takes it. */
export async function seedStore(store: EventStore, accounts: number): Promise<void> {
  const templates = accountTemplates();
  for (let from = 1; from <= accounts; from += ACCOUNTS_PER_APPEND) {
    const count = Math.min(ACCOUNTS_PER_APPEND, accounts + 1 - from);
    const appends = Array.from({ length: count }, (_, index) => partsOf(templates, from + index));
    const outcomes = await store.append(appends.flat());
    const failed = outcomes.find(({ ok }) => !ok);
    if (failed && !failed.ok) throw failed.error;
  }
}

function partsOf(templates: readonly Template[], account: number): StreamAppend[] {
  const named = (text: string) => text.replaceAll(ANY, playerOf(account));
  return [...new Set(templates.map(({ stream }) => stream))].map((stream) => ({
    stream: named(stream),
    expectedRevision: -1,
    events: templates
      .filter((each) => each.stream === stream)
      .map(({ event }) => ({ ...event, id: randomUUID(), data: named(event.data) })),
  }));
}

/** The same rows by SQL, at the rate of the server: for accounts by the million. */
export async function seedPostgres(url: string, accounts: number): Promise<void> {
  const templates = accountTemplates();
  await query(
    url,
    `with head as (
        update log.log_head set position = position + $1::int * $2::int, token = gen_random_uuid()
        returning position - $1::int * $2::int as position
      )
      insert into log.events (position, stream, revision, id, type, data, metadata)
      select head.position + (account - 1) * $2::int + t.ordinality,
        replace(t.stream, $3, p.name), t.revision, gen_random_uuid(), t.type,
        replace(t.data, $3, p.name)::json, t.metadata::json
      from head
      cross join generate_series(1, $1::int) account
      cross join lateral (select 'p' || lpad(account::text, 7, '0') as name) p
      cross join unnest($4::text[], $5::int[], $6::text[], $7::text[], $8::text[])
        with ordinality as t (stream, revision, type, data, metadata, ordinality)`,
    [
      ...[accounts, templates.length, ANY],
      templates.map(({ stream }) => stream),
      templates.map(({ revision }) => revision),
      templates.map(({ event }) => event.type),
      templates.map(({ event }) => event.data),
      templates.map(({ event }) => event.metadata),
    ],
  );
  await query(url, 'vacuum analyze');
}
