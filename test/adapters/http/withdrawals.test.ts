import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAIN, DESTINATION, HOT_WALLET, openStage, type Stage, TOKEN, type Who } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.player('p-1', '50000000000');
});
afterAll(() => stage.close());

const wanted = {
  ...{ player: 'p-1', currency: 'USDT', chain: CHAIN, destination: DESTINATION },
  amount: '1000000',
};
const request = (key: string, body: object = {}, who: Who = 'acme') =>
  stage.as(who, {
    ...{ method: 'POST', url: '/v1/withdrawals', body: { ...wanted, ...body } },
    headers: { 'idempotency-key': key },
  });
const decide = (who: Who, id: string, verb: string, body: object) =>
  stage.as(who, { method: 'POST', url: `/v1/withdrawals/${id}/${verb}`, body });
/** What the back office sees, once the read model has all of the log. */
const seen = async (id: string) => {
  const waitFor = await stage.store.head();
  return (await stage.as('bob', { url: `/v1/withdrawals/${id}?waitFor=${waitFor}` })).json();
};
const requested = async (key: string, body: object = {}, who: Who = 'acme') => {
  const id: string = (await request(key, body, who)).json().withdrawal;
  return { id, contentHash: (await seen(id)).withdrawal.contentHash as string };
};

describe('asking', () => {
  it('holds the funds, answers 201, and a repeat 200', async () => {
    const first = await request('k-1');
    expect(first.statusCode).toBe(201);
    const { withdrawal, ...rest } = first.json();
    expect(first.headers.location).toBe(`/v1/withdrawals/${withdrawal}`);
    expect(rest).toMatchObject({ available: '49999000000', held: '1000000', repeat: false });
    // Whoever waits for the position that was answered finds the withdrawal.
    const found = await stage.as('bob', {
      url: `/v1/withdrawals/${withdrawal}?waitFor=${rest.position}`,
    });
    expect(found.statusCode).toBe(200);
    const again = await request('k-1');
    expect(again.statusCode).toBe(200);
    expect(again.json()).toEqual({ ...first.json(), repeat: true });
  });

  it('refuses the key with other content', async () => {
    const other = await request('k-1', { amount: '1000001' });
    expect(other.json()).toMatchObject({ code: 'key-reused', status: 409 });
  });

  it('needs the key', async () => {
    const call = { method: 'POST', url: '/v1/withdrawals', body: wanted } as const;
    const refused = (await stage.as('acme', call)).json();
    expect(refused).toMatchObject({
      code: 'invalid-input',
      errors: [{ field: 'idempotency-key', in: 'header' }],
    });
  });

  it.each([
    ['insufficient-funds', { amount: '60000000000' }, 409],
    ['currency-unknown', { currency: 'DOGE' }, 422],
    ['chain-unknown', { chain: 'eip155:1' }, 422],
    ['destination-invalid', { destination: '0x1234' }, 422],
    ['destination-refused', { destination: TOKEN }, 422],
    ['destination-refused', { destination: HOT_WALLET }, 422],
    ['player-not-found', { player: 'nobody' }, 404],
  ])('%s changes nothing', async (code, body, status) => {
    const before = await stage.events();
    const refused = await request('k-refused', body);
    expect(refused.statusCode).toBe(status);
    expect(refused.json().code).toBe(code);
    expect(await stage.events()).toBe(before);
  });
});

describe('deciding', () => {
  it('goes from request to review to approval by another person', async () => {
    const { id, contentHash } = await requested('k-2', {}, 'alice');
    expect((await seen(id)).withdrawal).toMatchObject({
      ...{ status: 'Under Review', requester: 'alice', approvals: 0, approvalsRequired: 1 },
      ...{ decimals: 6, display: { amount: '1' } },
    });
    const approved = await decide('bob', id, 'approve', { contentHash });
    expect(approved.statusCode).toBe(200);
    expect(approved.json()).toMatchObject({ status: 'approved', repeat: false });
    const { withdrawal, timeline } = await seen(id);
    expect(withdrawal).toMatchObject({ status: 'Approved', approvals: 1 });
    expect(timeline.map((entry: { type: string }) => entry.type)).toEqual([
      'WithdrawalHeld',
      'WithdrawalRequested',
      'VerificationChecked',
      'WithdrawalPutUnderReview',
      'WithdrawalApproved',
    ]);
    const again = await decide('bob', id, 'approve', { contentHash });
    expect(again.json()).toMatchObject({ status: 'approved', repeat: true });
  });

  it('refuses the requester as approver', async () => {
    const { id, contentHash } = await requested('k-3', {}, 'alice');
    const refused = await decide('alice', id, 'approve', { contentHash });
    expect(refused.statusCode).toBe(403);
    expect(refused.json().code).toBe('approver-is-requester');
  });

  it('refuses another content hash', async () => {
    const { id } = await requested('k-4');
    const refused = await decide('bob', id, 'approve', { contentHash: '0'.repeat(64) });
    expect(refused.json()).toMatchObject({ code: 'content-changed', status: 409 });
    expect((await seen(id)).withdrawal.status).toBe('Under Review');
  });

  it('wants two people for a large amount', async () => {
    const { id, contentHash } = await requested('k-5', { amount: '20000000000' });
    const first = await decide('alice', id, 'approve', { contentHash });
    expect(first.json().status).toBe('under-review');
    const twice = await decide('alice', id, 'approve', { contentHash });
    expect(twice.json()).toMatchObject({ code: 'already-approved-by-you', status: 409 });
    expect((await decide('bob', id, 'approve', { contentHash })).json().status).toBe('approved');
  });

  it('rejects with a reason, and then nobody approves', async () => {
    const { id, contentHash } = await requested('k-6');
    const rejected = await decide('bob', id, 'reject', { reason: 'not verified 🙅' });
    expect(rejected.json()).toMatchObject({ status: 'rejected', repeat: false });
    const late = await decide('alice', id, 'approve', { contentHash });
    expect(late.json()).toMatchObject({
      ...{ code: 'withdrawal-not-under-review', status: 409, currentStatus: 'rejected' },
    });
  });

  it('goes on hold with a reason and off it again, with who and why in the timeline', async () => {
    const { id, contentHash } = await requested('k-7', {}, 'alice');
    expect((await decide('bob', id, 'hold', { reason: 'papers' })).json().status).toBe('on-hold');
    expect((await seen(id)).withdrawal.status).toBe('On Hold');
    expect((await decide('bob', id, 'approve', { contentHash })).statusCode).toBe(409);
    expect((await decide('alice', id, 'cancel', { reason: 'mine' })).json()).toMatchObject({
      ...{ code: 'withdrawal-not-cancellable', currentStatus: 'on-hold' },
    });
    await decide('alice', id, 'release', { reason: 'they came' });
    const { withdrawal, timeline } = await seen(id);
    expect(withdrawal.status).toBe('Under Review');
    expect(timeline.slice(-2)).toMatchObject([
      { type: 'WithdrawalPutOnHold', actor: 'back-office bob', data: { reason: 'papers' } },
      { type: 'WithdrawalTakenOffHold', actor: 'back-office alice', data: { reason: 'they came' } },
    ]);
  });

  it('is cancelled by its requester and by nobody else', async () => {
    const { id, contentHash } = await requested('k-8');
    const other = await decide('alice', id, 'cancel', { reason: 'not mine' });
    expect([other.statusCode, other.json().code]).toEqual([403, 'canceller-is-not-requester']);
    const cancelled = await decide('acme', id, 'cancel', { reason: 'plays on' });
    expect(cancelled.json()).toMatchObject({ status: 'cancelled', repeat: false });
    expect((await seen(id)).withdrawal.status).toBe('Cancelled');
    expect((await decide('bob', id, 'approve', { contentHash })).statusCode).toBe(409);
  });

  it('knows no withdrawal that nobody requested', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    const refused = await decide('bob', id, 'reject', { reason: 'x' });
    expect(refused.json()).toMatchObject({ code: 'withdrawal-not-found', status: 404 });
    const read = await stage.as('bob', { url: `/v1/withdrawals/${id}` });
    expect(read.json()).toMatchObject({ code: 'withdrawal-not-found', status: 404 });
    expect(read.json().position).toEqual(expect.any(String));
  });
});

describe('listing', () => {
  const list = async (query: string) =>
    (await stage.as('audrey', { url: `/v1/withdrawals?${query}` })).json();

  it('filters by status and player, newest first', async () => {
    const waitFor = await stage.store.head();
    const { items } = await list(`status=Rejected&brand=main&player=p-1&waitFor=${waitFor}`);
    expect(items).toHaveLength(1);
    expect((await list('player=p-2')).items).toEqual([]);
  });

  it('pages without a gap or a repeat', async () => {
    const all = (await list('limit=200')).items as { withdrawal: string }[];
    const paged: { withdrawal: string }[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor === '' ? '' : `&after=${encodeURIComponent(cursor)}`;
      const { items, next } = await list(`limit=2${after}`);
      paged.push(...items);
      cursor = next;
    }
    expect(all.length).toBeGreaterThan(4);
    expect(paged.map((w) => w.withdrawal)).toEqual(all.map((w) => w.withdrawal));
  });

  it('refuses a cursor of another list, of another filter, or made up', async () => {
    const { next } = await list('limit=1');
    for (const query of [`status=Approved&after=${next}`, `after=${next}x`, 'after=garbage']) {
      expect(await list(query)).toMatchObject({
        code: 'invalid-input',
        errors: [{ field: 'after', in: 'query' }],
      });
    }
    const elsewhere = await stage.as('audrey', { url: `/v1/deposits?after=${next}` });
    expect(elsewhere.statusCode).toBe(400);
  });
});
