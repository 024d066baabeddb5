import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage, type Who } from './stage.ts';

let stage: Stage;
const lines: string[] = [];
beforeAll(async () => {
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  stage = await openStage({ logger });
  await stage.player('p-1', '10000000');
  await stage.player('p-2', '10000000');
});
afterAll(() => stage.close());

const account = { player: 'p-1', currency: 'USDT' };
const post = async (who: Who, url: string, body: object) => {
  const answer = await stage.as(who, { method: 'POST', url, body });
  return { status: answer.statusCode, ...answer.json() };
};
const get = async (who: Who, url: string) => (await stage.as(who, { url })).json();
let count = 0;
const bet = (session: string, more: object = {}) => {
  const transaction = `play-${++count}`;
  const body = { ...account, transaction, round: 'r', game: 'dice', amount: '1000', session };
  return post('acme', '/v1/bets', { ...body, ...more });
};

describe('sessions', () => {
  it('S1 are opened with a token that no log line and no later answer shows', async () => {
    const opened = await post('acme', '/v1/sessions', { ...account, expiresInSeconds: 60 });
    expect(opened).toMatchObject({ status: 201, provider: 'acme-games', player: 'p-1' });
    expect(Date.parse(opened.expiresAt)).toBeGreaterThan(Date.now());
    expect(await bet(opened.token)).toMatchObject({ status: 200, repeat: false });
    const history = JSON.stringify(await get('audrey', '/v1/accounts/main/p-1/USDT/history'));
    expect(history).toContain(opened.session);
    expect(history).not.toContain(opened.token);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join('')).not.toContain(opened.token);
  });

  it('are opened by a game service for itself, by staff for any, and named by staff', async () => {
    const theirs = { ...account, provider: 'rival-games' };
    expect(await post('acme', '/v1/sessions', theirs)).toMatchObject({ code: 'forbidden' });
    const opened = await post('alice', '/v1/sessions', theirs);
    expect(opened).toMatchObject({ status: 201, provider: 'rival-games' });
    expect(await post('alice', '/v1/sessions', account)).toMatchObject({
      ...{ status: 400, code: 'invalid-input', errors: [{ field: 'provider', in: 'body' }] },
    });
    expect(await bet(opened.token)).toMatchObject({
      ...{ status: 409, code: 'session-of-another-provider' },
    });
  });

  it('are closed, and expire by the clock; bets say which it was', async () => {
    const { token, session } = await post('acme', '/v1/sessions', account);
    const close = { ...account, session };
    expect(await post('rival', '/v1/sessions/close', close)).toMatchObject({
      code: 'session-of-another-provider',
    });
    expect(await post('acme', '/v1/sessions/close', close)).toMatchObject({ repeat: false });
    expect(await post('alice', '/v1/sessions/close', close)).toMatchObject({ repeat: true });
    expect(await bet(token)).toMatchObject({ status: 409, code: 'session-closed' });
    const short = await post('acme', '/v1/sessions', { ...account, expiresInSeconds: 1 });
    stage.clock.shiftMs += 1_100;
    expect(await bet(short.token)).toMatchObject({ status: 409, code: 'session-expired' });
    expect(await bet('A'.repeat(43))).toMatchObject({ code: 'session-not-found' });
    expect(await bet(short.token, { player: 'p-2' })).toMatchObject({ code: 'session-not-found' });
  });
});

describe('limits', () => {
  const url = '/v1/accounts/main/p-1/USDT/limits';
  const set = (limit: string | null, more: object = {}) =>
    post('alice', url, { kind: 'stake', period: 'month', source: 'player', limit, ...more });

  it('L11 hold at once, and a refusal says limit, period, used and when it resets', async () => {
    const { token } = await post('acme', '/v1/sessions', account);
    expect(await set('1500')).toMatchObject({ status: 200, repeat: false });
    const refused = await bet(token);
    expect(refused).toMatchObject({
      ...{ status: 409, code: 'stake-limit-reached', period: 'month', limit: '1500' },
      ...{ used: '1000', source: 'player' },
    });
    expect(Date.parse(refused.resetsAt)).toBeGreaterThan(Date.now());
  });

  it('are shown with what is used of them, and what waits for its 24 hours', async () => {
    expect(await set(null)).toMatchObject({
      limits: [{ limit: '1500', pending: { limit: null } }],
    });
    const shown = await get('audrey', url);
    expect(shown).toMatchObject({ brand: 'main', ...account });
    expect(shown.limits).toMatchObject([{ kind: 'stake', limit: '1500' }]);
    expect(shown.usage).toHaveLength(12);
    expect(shown.usage).toContainEqual(
      expect.objectContaining({ kind: 'stake', period: 'month', used: '1000', limit: '1500' }),
    );
    stage.clock.shiftMs += 86_400_000;
    expect((await get('audrey', url)).limits).toMatchObject([{ limit: null, pending: null }]);
  });

  it('of session time are minutes, and at most a month of them', async () => {
    const time = { kind: 'session-time', period: 'day', source: 'house' };
    expect(await set('44641', time)).toMatchObject({ errors: [{ field: 'limit', in: 'body' }] });
    expect(await set('0', time)).toMatchObject({ status: 200 });
    expect(await post('acme', '/v1/sessions', account)).toMatchObject({
      ...{ status: 409, code: 'session-time-limit-reached', limit: '0', source: 'house' },
    });
  });
});

describe('exclusions', () => {
  const url = '/v1/players/main/p-2/exclusions';
  const theirs = { ...account, player: 'p-2' };

  it('L8 L11 stop bets and sessions at once, and a win of before is paid', async () => {
    const { token } = await post('acme', '/v1/sessions', theirs);
    expect(await bet(token, { ...theirs, transaction: 'b' })).toMatchObject({ status: 200 });
    const blocked = await post('alice', url, { kind: 'block', until: null });
    expect(blocked).toMatchObject({ status: 200, exclusions: [{ kind: 'block', until: null }] });
    const refused = { status: 409, code: 'player-excluded', kind: 'block' };
    expect(await bet(token, theirs)).toMatchObject(refused);
    expect(await post('acme', '/v1/sessions', theirs)).toMatchObject(refused);
    const win = { ...theirs, transaction: 'w', round: 'r', game: 'dice', bet: 'b', amount: '7' };
    expect(await post('acme', '/v1/wins', win)).toMatchObject({ status: 200 });
    expect(await post('alice', `${url}/lift`, { kind: 'block' })).toMatchObject({ exclusions: [] });
    expect(await bet(token, theirs)).toMatchObject({ status: 200 });
  });

  it('with a term are shown while they last, and are not lifted before', async () => {
    const until = new Date(Date.now() + stage.clock.shiftMs + 60_000).toISOString();
    await post('alice', url, { kind: 'cool-off', until });
    const shown = await get('audrey', url);
    expect(shown.exclusions).toEqual([{ kind: 'cool-off', until }]);
    expect(await post('alice', `${url}/lift`, { kind: 'cool-off' })).toMatchObject({
      ...{ status: 409, code: 'exclusion-stands', kind: 'cool-off', until },
    });
    const sooner = new Date(Date.parse(until) - 1_000).toISOString();
    expect(await post('alice', url, { kind: 'cool-off', until: sooner })).toMatchObject({
      code: 'exclusion-stands',
    });
    stage.clock.shiftMs += 61_000;
    expect((await get('audrey', url)).exclusions).toEqual([]);
  });

  it('a cool-off has an end, which lies ahead', async () => {
    expect(await post('alice', url, { kind: 'cool-off', until: null })).toMatchObject({
      ...{ status: 400, code: 'invalid-input', errors: [{ field: 'until', in: 'body' }] },
    });
    const past = { kind: 'cool-off', until: '2020-01-01T00:00:00Z' };
    expect(await post('alice', url, past)).toMatchObject({ code: 'term-not-in-future' });
  });
});
