import type { PoolClient } from 'pg';
import { accountEvents } from '../../domain/account/events.ts';
import { type EventType, postings } from '../../domain/events.ts';
import { ledgerClass } from '../../domain/postings.ts';
import type { ProjectedEvent, Projection } from '../projection.ts';

interface Change {
  readonly brand: string;
  readonly player: string;
  readonly currency: string;
  available: bigint;
  held: bigint;
  receivable: bigint;
  position: string;
}

export const balances: Projection = {
  name: 'balances',
  version: 1,
  types: Object.keys(accountEvents) as EventType[],
  tables: new URL('./tables.sql', import.meta.url),
  tableNames: ['balances'],
  apply,
};

async function apply(batch: readonly ProjectedEvent[], client: PoolClient): Promise<void> {
  const changes = new Map<string, Change>();
  for (const projected of batch) {
    const change = changeOf(changes, projected);
    for (const { account, amount, currency } of postings(projected.event)) {
      if (currency !== change.currency) continue;
      const kind = ledgerClass(account);
      // What is owed to a player is a liability: credits, below zero, make it more.
      if (kind === 'available') change.available -= amount;
      else if (kind === 'held') change.held -= amount;
      else if (kind === 'receivable') change.receivable += amount;
    }
    change.position = projected.position;
  }
  const all = [...changes.values()];
  // In two steps, because a check holds for the row proposed for insertion too.
  await client.query(
    `insert into balances
     select brand, player, currency, 0, 0, 0, ''
     from unnest($1::text[], $2::text[], $3::text[]) c (brand, player, currency)
     on conflict do nothing`,
    [all.map((c) => c.brand), all.map((c) => c.player), all.map((c) => c.currency)],
  );
  await client.query(
    `update balances b
     set available = b.available + c.available,
         held = b.held + c.held,
         receivable = b.receivable + c.receivable,
         position = c.position
     from unnest($1::text[], $2::text[], $3::text[],
                 $4::numeric[], $5::numeric[], $6::numeric[], $7::text[])
       c (brand, player, currency, available, held, receivable, position)
     where (b.brand, b.player, b.currency) = (c.brand, c.player, c.currency)`,
    [
      all.map((c) => c.brand),
      all.map((c) => c.player),
      all.map((c) => c.currency),
      all.map((c) => c.available.toString()),
      all.map((c) => c.held.toString()),
      all.map((c) => c.receivable.toString()),
      all.map((c) => c.position),
    ],
  );
}

function changeOf(
  changes: Map<string, Change>,
  { event, stream, position }: ProjectedEvent,
): Change {
  const known = changes.get(stream);
  if (known) return known;
  if (!('brand' in event.data && 'currency' in event.data)) {
    throw new Error(`${event.type} belongs to no account`);
  }
  const { brand, player, currency } = event.data;
  const change = { brand, player, currency, available: 0n, held: 0n, receivable: 0n, position };
  changes.set(stream, change);
  return change;
}
