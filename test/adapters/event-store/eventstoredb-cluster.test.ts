import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logKey, parseAddress } from '../../../src/adapters/event-store/eventstoredb/address.ts';
import { NO_STREAM } from '../../../src/event-store.ts';
import { EventStoreDbDouble } from '../../support/eventstoredb-double/double.ts';
import { appended, freshStream, newEvents } from './cases/given.ts';
import { openStage, type Stage } from './eventstoredb-given.ts';

/*
 * Goal: any node that answers leads to the leader, and what isn't there costs only time. Method:
 * doubles that name another as their leader, and ports where nobody listens.
 */
const NOBODY = '127.0.0.1:9';
let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

for (const scheme of ['esdb', 'esdb+discover', 'kurrentdb', 'kurrentdb+discover']) {
  it(`${scheme}:// with several hosts, the first of which is away: the leader is found`, async () => {
    const follower = await EventStoreDbDouble.start();
    follower.leaderPort = stage.double.port;
    const hosts = `${NOBODY},127.0.0.1:${follower.port}`;
    const url = `${scheme}://${hosts}?tls=false&discoveryInterval=20`;
    const store = await stage.open(url, { connectMs: 2_000, patienceMs: 5_000 });
    const stream = freshStream();
    await appended(store, stream, NO_STREAM, newEvents(1));
    expect(stage.double.log.stream(stream)).toHaveLength(1);
    expect(follower.log.all).toEqual([]);
    follower.kill();
  });
}

it('a discovery that failed is not for ever', async () => {
  const double = await EventStoreDbDouble.start();
  double.kill();
  const url = `esdb://${NOBODY},127.0.0.1:${double.port}?tls=false&discoveryInterval=20`;
  const opening = stage.open(url, { connectMs: 300, patienceMs: 5_000 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  await double.listen();
  const store = await opening;
  await appended(store, freshStream(), NO_STREAM, newEvents(1));
  double.kill();
});

describe('addresses', () => {
  it('are translated, and one log has one name', () => {
    const [one, other] = ['kurrentdb+discover://b:2113,a:2113', 'esdb://u:p@a:2113,b:2113'];
    expect(logKey(parseAddress(one))).toBe(logKey(parseAddress(other)));
    expect(parseAddress('kurrentdb+discover://db.internal')).toMatchObject({ dnsDiscover: true });
    expect(parseAddress(one)).toMatchObject({ dnsDiscover: false });
    const { defaultCredentials } = parseAddress('esdb://u%40x:p%3Aw@a');
    expect(defaultCredentials).toEqual({ username: 'u@x', password: 'p:w' });
  });

  it.each(['http://a', 'esdb://', 'esdb://u:hunter2@a:port', 'esdb://u:hunter2@a?x'])(
    'are refused without being quoted: %s',
    (url) => {
      expect(() => parseAddress(url)).toThrow(TypeError);
      expect(() => parseAddress(url)).not.toThrow(/hunter2/);
    },
  );
});
