import { canonicalJson, type Json } from '../../src/domain/canonical.ts';
import { depositId, streams } from '../../src/domain/ids.ts';
import type { RecordedEvent } from '../../src/event-store.ts';
import { PROVIDER, playerOf, roundOf, SEEDED_PROVIDER, transactionOf } from '../engine/bets.ts';
import { type ExampleLog, exampleLog } from '../engine/example-log.ts';
import { seedPostgres } from '../engine/seeding.ts';
import { query } from '../servers.ts';

const ANY = playerOf(0);

/** Of a log: a hundred events or more for each. */
export const accountsOf = (events: number): number =>
  Math.min(10_000, Math.max(100, Math.round(events / 100)));

/** What one statement writes. */
const ROWS_AT_ONCE = 1_000_000;

const INDEX = 'events_stream_revision_key';

/**
 * A log of so many events: accounts are opened, then bet and win in turn, one after the other. Ids
 * are as long as those of game services: shorter than eleven characters, V8 has a table of all.
 */
export async function seedLog(url: string, events: number): Promise<void> {
  const accounts = accountsOf(events);
  const example = await exampleLog();
  const opening = withDeposit(example.opening);
  await seedPostgres(url, accounts, opening);
  const play = playOf(example, accounts);
  const more = events - accounts * opening.length;
  for (let from = 0; from < more; from += ROWS_AT_ONCE) {
    await play(url, from, Math.min(ROWS_AT_ONCE, more - from));
  }
  await query(url, 'vacuum analyze');
}

/** The same in a third of the time: the index of the streams is made at the end, denser. */
export async function seedLargeLog(url: string, events: number): Promise<void> {
  await query(url, `alter table log.events drop constraint ${INDEX}`);
  await seedLog(url, events);
  await query(url, `alter table log.events add constraint ${INDEX} unique (stream, revision)`);
}

/** Writes so many of the bets and wins, from one on. */
function playOf({ bet }: ExampleLog, accounts: number) {
  const { session: _, ...played } = JSON.parse(bet.data) as Record<string, Json>;
  const win = canonicalJson({ ...played, bet: null });
  const text = (value: string) => value.replaceAll(PROVIDER, SEEDED_PROVIDER);
  return (url: string, from: number, count: number) =>
    query(
      url,
      `with head as (
          update log.log_head set position = position + $1::int, token = gen_random_uuid()
          returning position - $1::int - $11::int as position
        )
        insert into log.events (position, stream, revision, id, type, data, metadata)
        select head.position + n, replace($3, $8, player), $4::int + turn, gen_random_uuid(),
          case when turn % 2 = 0 then 'BetDebited' else 'WinCredited' end,
          replace(replace(replace(case when turn % 2 = 0 then $5 else $6 end,
            $8, player), $9, bet), $10, round)::json, replace($7, $8, player)::json
        from head cross join generate_series($11::int + 1, $11::int + $1::int) n
        cross join lateral (select (n - 1) / $2::int as turn,
          'p' || lpad((1 + (n - 1) % $2::int)::text, 7, '0') as player,
          to_json(md5('bet' || n)::uuid)::text as bet,
          to_json(md5('round' || n)::uuid)::text as round) k`,
      [
        ...[count, accounts, bet.stream, bet.revision, text(bet.data), text(win)],
        ...[text(bet.metadata), ANY, JSON.stringify(transactionOf(0))],
        ...[JSON.stringify(roundOf(0)), from],
      ],
    );
}

const CHAIN = 'eip155:1';
const TXID = `tx-of-${ANY}`;

/** The deposit that the account was credited with, as the scanner would have found it. */
function withDeposit(opening: readonly RecordedEvent[]): RecordedEvent[] {
  const deposit = depositId({ chain: CHAIN, txid: TXID, position: 'native' });
  return opening.flatMap((event) => {
    if (event.type !== 'DepositCredited') return [event];
    const credited = JSON.parse(event.data) as Record<string, Json>;
    const { brand, player, amount, asset, currency, address } = credited;
    const data: Record<string, Json> = {
      ...{ address: address ?? '', amount: amount ?? '', asset: asset ?? '' },
      ...{ currency: currency ?? '', booking: 'player', chain: CHAIN, contract: null, epoch: 1 },
      ...{ block: { hash: 'bench', height: 1 }, from: 'bench', policyVersion: 1, required: 1 },
      ...{ owner: { brand: brand ?? '', player: player ?? '' }, position: 'native', txid: TXID },
    };
    const detected = {
      ...{ ...event, type: 'DepositDetected', data: canonicalJson(data) },
      ...{ stream: streams.deposit({ chain: CHAIN, txid: TXID, position: 'native' }), revision: 0 },
    };
    return [detected, { ...event, data: canonicalJson({ ...credited, deposit }) }];
  });
}
