import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { realSystem } from '../../../src/adapters/system.ts';
import { decodeEvent, postings } from '../../../src/domain/events.ts';
import { ACCOUNT_STREAMS } from '../../../src/domain/ids.ts';
import type { Feed, FeedItem } from '../../../src/projections/read-models.ts';
import type { System } from '../../../src/system.ts';
import { appendHistory, randomHistory } from '../../projections/journal/history.ts';
import { eventually } from '../../support/house.ts';
import { seeded } from '../../support/seeded.ts';
import { receive } from './feed-client.ts';
import { KEYS, openStage, type Stage } from './stage.ts';

/*
 * Goal: a client that stops reading costs the house neither memory nor a connection, and misses
 * nothing. Method: a real socket that is read no further, while more is written than the machine
 * keeps for it; the half minute after which such a client is cut off is made shorter.
 */

const AUTHORIZATION = `Bearer audrey.${KEYS.audrey.secret}`;
const STALLED_MS = 30_000;
/** Some 250 bytes each: more than a machine keeps for both ends of a connection. */
const EVENTS = 30_000;
const KIB = 1_024;

const hasty = {
  ...realSystem,
  sleep: (ms: number, signal?: AbortSignal) =>
    realSystem.sleep(ms === STALLED_MS ? 400 : ms, signal),
};

/** One place: who comes again finds it free. */
const LIMITS = { clients: 1, heartbeatMs: 100 };

let stage: Stage;
afterEach(() => stage.close());

interface Stalled {
  /** The client's end. It reads on when it is asked for what had come. */
  rest(): Promise<string>;
  /** The server's end of the same connection. */
  readonly served: Socket;
}

async function stall(lastEventId?: string): Promise<Stalled & { readonly url: string }> {
  const url = `${await stage.app.listen({ host: '127.0.0.1', port: 0 })}/v1/feed?topics=balances`;
  const connecting = once(stage.app.server, 'connection');
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  const [served] = (await connecting) as [Socket];
  client.write(
    `GET /v1/feed?topics=balances HTTP/1.1\r\nhost: x\r\nauthorization: ${AUTHORIZATION}\r\n` +
      `${lastEventId === undefined ? '' : `last-event-id: ${lastEventId}\r\n`}\r\n`,
  );
  client.on('error', () => {});
  await once(client, 'readable');
  const rest = async () => {
    const chunks: Buffer[] = [];
    client.on('data', (chunk: Buffer) => chunks.push(chunk));
    if (!client.closed) await once(client, 'close');
    return Buffer.concat(chunks).toString();
  };
  return { url, served, rest };
}

/** Ids of the changes that came whole. */
const idsIn = (text: string): string[] =>
  text
    .split('\n\n')
    .slice(0, -1)
    .flatMap((block) => /id: (\d+)\nevent: change\ndata: .*\}/.exec(block)?.[1] ?? []);

async function idsOfChanges(after: string): Promise<string[]> {
  const ids: string[] = [];
  const filter = { streamPrefixes: [ACCOUNT_STREAMS] };
  for await (const recorded of stage.store.readAll({ after, filter })) {
    if (postings(decodeEvent(recorded).event).length > 0) ids.push(recorded.position);
  }
  return ids;
}

describe('a client that stops reading', () => {
  it('P2 is cut off, keeps no memory, and misses nothing when it comes again', async () => {
    stage = await openStage({ system: hasty }, { ...LIMITS, lifetimeMs: 60_000 });
    const begin = await stage.store.head();
    await appendHistory(stage.store, randomHistory(seeded(11), EVENTS));
    const end = await stage.store.head();
    const { url, served, rest } = await stall(begin);
    const waiting: number[] = [];
    await eventually('it is cut off', async () => {
      waiting.push(served.writableLength);
      return served.destroyed;
    });
    // It was full, and no fuller than the buffer of a stream.
    expect(waiting.filter((bytes) => bytes > 0).length).toBeGreaterThan(3);
    expect(Math.max(...waiting)).toBeLessThan(64 * KIB);
    const heard = idsIn(await rest());
    const all = await idsOfChanges(begin);
    expect(heard.length).toBeGreaterThan(100);
    expect(heard.length).toBeLessThan(all.length);
    for await (const { id, event } of receive(url, AUTHORIZATION, heard.at(-1))) {
      if (event === 'change') heard.push(id);
      if (id >= end) break;
    }
    expect(heard.join()).toBe(all.join());
  });

  /** A feed that gives all that both ends take of it, and then its end, or goes on. */
  function untilFull(hasEnd: boolean): Feed {
    let served: Socket | undefined;
    async function* follow(): AsyncGenerator<FeedItem> {
      const none = { brand: null, player: null, currency: null, withdrawal: null, deposit: null };
      const change = { topics: [], type: 'x'.repeat(KIB), time: '', position: '1', ...none };
      served = await serving;
      while (!hasEnd || served.writableLength === 0) {
        yield { kind: 'change', position: '1', change };
        await realSystem.turn();
      }
      yield { kind: 'end', position: '1', reason: 'lifetime' };
    }
    return { follow, stop: () => {} };
  }
  let serving: Promise<Socket>;

  async function full(system: System, hasEnd: boolean): Promise<Socket> {
    stage = await openStage({ system, feed: untilFull(hasEnd) });
    serving = once(stage.app.server, 'connection').then(([socket]) => socket as Socket);
    const { served } = await stall();
    await eventually('it is full', async () => served.writableLength > 0);
    return served;
  }

  it('is cut off too when the feed had given it all there is', async () => {
    const served = await full(hasty, true);
    await eventually('it is cut off', async () => served.destroyed, 10_000);
  });

  it('does not keep the server from closing', async () => {
    const served = await full(realSystem, false);
    const began = Date.now();
    await stage.app.close();
    expect(served.destroyed).toBe(true);
    // Not as long as it would be waited for while the server goes on.
    expect(Date.now() - began).toBeLessThan(STALLED_MS / 3);
  });
});
