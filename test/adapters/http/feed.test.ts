import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeEvent, postings } from '../../../src/domain/events.ts';
import type { FeedItem } from '../../../src/projections/read-models.ts';
import { eventually } from '../../support/house.ts';
import { seeded } from '../../support/seeded.ts';
import { tokenOf } from '../../support/sessions.ts';
import { type Received, receive } from './feed-client.ts';
import { CHAIN, DESTINATION, KEYS, openStage, type Stage } from './stage.ts';

/*
 * Goal: whoever follows the feed hears of every change once, in order, and not before it can be
 * read. Method: two players bet and withdraw while clients on the network follow, one of them
 * broken off again and again; what they heard is compared with the log.
 */

const AUTHORIZATION = `Bearer audrey.${KEYS.audrey.secret}`;
const PLAYERS = ['p-1', 'p-2'] as const;
const NEVER = new AbortController().signal;

let stage: Stage;
let url: string;
let number = 0;

beforeAll(async () => {
  const limits = { lifetimeMs: 20_000, heartbeatMs: 60, recent: 20 };
  stage = await openStage({}, limits);
  for (const player of PLAYERS) await stage.player(player, '9000000000');
  url = `${await stage.app.listen({ host: '127.0.0.1', port: 0 })}/v1/feed`;
});
afterAll(() => stage.close());

const bet = (player: string) => {
  const common = { player, currency: 'USDT', session: tokenOf('acme-games'), amount: '100' };
  const ids = { transaction: `feed-${++number}`, round: `r-${number}`, game: 'dice' };
  return stage.as('acme', { method: 'POST', url: '/v1/bets', body: { ...common, ...ids } });
};
const withdraw = (player: string) => {
  const body = { player, currency: 'USDT', chain: CHAIN, destination: DESTINATION, amount: '1000' };
  const headers = { 'idempotency-key': `feed-${++number}` };
  return stage.as('alice', { method: 'POST', url: '/v1/withdrawals', body, headers });
};

/** Positions of what the log has after a position, that changed a row of a topic. */
async function expected(after: string, isWanted: (type: string, owner: unknown) => boolean) {
  const found: string[] = [];
  const owners = new Map<string, string>();
  for await (const recorded of stage.store.readAll()) {
    const { event } = decodeEvent(recorded);
    if ('player' in event.data) owners.set(recorded.stream, event.data.player);
    const isMine =
      recorded.stream.startsWith('withdrawal-') || event.type.includes('Hold')
        ? true
        : recorded.stream.startsWith('account-') && postings(event).length > 0;
    if (recorded.position <= after || !isMine) continue;
    if (isWanted(event.type, owners.get(recorded.stream))) found.push(recorded.position);
  }
  return found;
}

/** Until the change at this position, or the position itself, has come. */
async function collect(
  source: AsyncIterable<Received>,
  until: string,
  most = Number.POSITIVE_INFINITY,
): Promise<Received[]> {
  const heard: Received[] = [];
  for await (const each of source) {
    if (each.event === 'change') heard.push(each);
    if (each.id >= until || heard.length >= most) break;
  }
  return heard;
}

async function writes(count: number): Promise<string> {
  for (let turn = 0; turn < count; turn++) {
    const [first, second] = turn % 2 === 0 ? PLAYERS : PLAYERS.toReversed();
    await Promise.all([bet(first), bet(second ?? first), turn % 4 < 2 ? withdraw(first) : null]);
  }
  return stage.store.head();
}

describe('the live feed', () => {
  it('P2 misses nothing and doubles nothing, broken off again and again during writes', async () => {
    const begin = await stage.store.head();
    const random = seeded(7);
    const writing = writes(40);
    let end = '~';
    writing.then((head) => {
      end = head;
    });
    const heard: string[] = [];
    let breaks = 0;
    const broken = (async () => {
      let last = begin;
      while (last < end) {
        const most = 1 + Math.floor(random() * 9);
        const got = await collect(receive(url, AUTHORIZATION, last), end, most);
        heard.push(...got.map(({ id }) => id));
        last = heard.at(-1) ?? last;
        breaks++;
        if (end !== '~' && got.length === 0) break;
      }
    })();
    // This one comes again only when the server says so: on a slow machine it is too slow, too.
    const steady: string[] = [];
    const following = (async () => {
      for (let last = begin; last < end; ) {
        for await (const { id, event } of receive(url, AUTHORIZATION, last)) {
          if (event === 'change') steady.push(id);
          last = id;
          if (id >= end) break;
        }
      }
    })();
    await writing;
    await Promise.all([broken, following]);
    const all = await expected(begin, () => true);
    expect(all.length).toBeGreaterThan(100);
    expect(breaks).toBeGreaterThan(10);
    expect(steady).toEqual(all);
    expect(heard).toEqual(all);
  });

  it('P5 tells of a change only when the read model has it', async () => {
    const source = receive(url, AUTHORIZATION);
    const opened = (await source.next()).value;
    expect(opened).toMatchObject({ event: 'open', data: { position: opened?.id } });
    const writing = writes(6);
    for (let turn = 0; turn < 8; turn++) {
      const { value } = await source.next();
      if (value?.event !== 'change') continue;
      const { player, withdrawal } = value.data;
      const path =
        withdrawal === null
          ? `/v1/players/main/${player}/balances`
          : `/v1/withdrawals/${withdrawal}`;
      // Never asked to wait: it must be there.
      const answer = (await stage.as('audrey', { url: path })).json();
      expect(answer.position >= value.id, `${answer.position} at ${value.id}`).toBe(true);
    }
    await source.return(undefined);
    await writing;
  });

  it('is of some topics, of one player, and names whose each change is', async () => {
    const begin = await stage.store.head();
    const end = await writes(8);
    const topics = receive(`${url}?topics=withdrawals&player=p-2&brand=main`, AUTHORIZATION, begin);
    const heard = await collect(topics, end);
    const wanted = await expected(
      begin,
      (type, owner) => owner === 'p-2' && /^(Withdrawal|Verification|Hold)/.test(type),
    );
    expect(wanted.length).toBeGreaterThan(3);
    expect(heard.map(({ id }) => id)).toEqual(wanted);
    for (const { data } of heard) expect(data).toMatchObject({ brand: 'main', player: 'p-2' });
  });

  it('has heartbeats with an id to go on from, and refuses one of another log', async () => {
    const source = receive(url, AUTHORIZATION);
    await source.next();
    expect((await source.next()).value).toMatchObject({
      ...{ event: '', id: await stage.store.head() },
    });
    await source.return(undefined);
    const beyond = receive(url, AUTHORIZATION, '9'.repeat(16)).next();
    await expect(beyond).rejects.toThrow(/beyond the end of the log/);
  });

  it('P2 closes a client that is too slow, which goes on exactly where it was', async () => {
    const begin = await stage.store.head();
    const request = { after: begin, topics: ['balances', 'withdrawals'] as const, signal: NEVER };
    const items = stage.feed.follow(request);
    if (!items) throw new Error('no place');
    const heard: string[] = [];
    let last: FeedItem | undefined;
    let end = '';
    for await (const item of items) {
      last = item;
      if (item.kind === 'change') heard.push(item.position);
      // It takes its first change, and nothing more while far more than is kept is written.
      if (heard.length === 0 && item.kind !== 'change') await bet('p-1');
      if (heard.length === 1 && end === '') end = await writes(40);
    }
    expect(last).toMatchObject({ kind: 'end', reason: 'slow' });
    const rest = await collect(receive(url, AUTHORIZATION, last?.position), end);
    expect([...heard, ...rest.map(({ id }) => id)]).toEqual(await expected(begin, () => true));
  });

  it('ends with the server, and says after which id to go on', async () => {
    const source = receive(url, AUTHORIZATION);
    await source.next();
    const closing = stage.app.close();
    const ends: Received[] = [];
    for await (const each of source) if (each.event === 'end') ends.push(each);
    await closing;
    expect(ends).toMatchObject([{ data: { reason: 'stopping', resumeAfter: ends[0]?.id } }]);
    await eventually('no follower', async () => stage.feed.follow(NOBODY) === null);
  });
});

const NOBODY = { after: null, topics: ['balances'] as const, signal: NEVER };
