import { describe, expect, it } from 'vitest';
import { accountDecider } from '../../../src/domain/account/decide.ts';
import type { AccountEvent } from '../../../src/domain/account/events.ts';
import { fold } from '../../../src/domain/decider.ts';
import {
  bet,
  betRolledBack,
  byOther,
  closed,
  closeRound,
  credited,
  creditStakeless,
  creditWin,
  given,
  inSession,
  ofOther,
  opened,
  placeBet,
  rollBack,
  stakeless,
  tombstone,
  win,
} from './messages.ts';

const history = given(
  opened,
  credited('100'),
  bet('b-1', '40'),
  win('w-1', '90', 'b-1'),
  bet('b-2', '5'),
  betRolledBack('x-2', 'b-2', '5'),
  stakeless('s-1', '7', 'tournament'),
  tombstone('x-3', 'b-3'),
  closed('c-9', 'r-9'),
);

describe('L5 the same key with the same meaning is a repeat', () => {
  it('of a bet, a win, a credit without a stake, a rollback and a close', () => {
    history.when(placeBet('b-1', 40n)).thenRepeat();
    history.when(creditWin('w-1', 90n, 'b-1')).thenRepeat();
    history.when(creditStakeless('s-1', 7n, 'tournament')).thenRepeat();
    history.when(rollBack('x-2', 'b-2')).thenRepeat();
    history.when(rollBack('x-3', 'b-3')).thenRepeat();
    history.when(closeRound('c-9', 'r-9')).thenRepeat();
  });

  it('however much happened since: closed, rolled back or spent', () => {
    given(opened, credited('40'), bet('b-1', '40'), closed())
      .when(placeBet('b-1', 40n))
      .thenRepeat();
    history.when(placeBet('b-2', 5n)).thenRepeat();
  });

  it('whatever its data and its kind of game are: those are kept, not compared', () => {
    const data = { multiplier: '2.5', bonus: true };
    history.when({ ...placeBet('b-1', 40n), data, gameKind: 'slot' }).thenRepeat();
    history.when({ ...creditWin('w-1', 90n, 'b-1'), data, gameKind: 'live' }).thenRepeat();
    history.when({ ...rollBack('x-2', 'b-2'), data }).thenRepeat();
  });
});

describe('L5 the same key is refused with another', () => {
  const refused = (command: Parameters<typeof history.when>[0]) =>
    history.when(command).thenRefused('key-reused');

  it('amount', () => {
    refused(placeBet('b-1', 41n));
    refused(creditWin('w-1', 89n, 'b-1'));
    refused(creditStakeless('s-1', 8n, 'tournament'));
  });

  it('round', () => {
    refused({ ...placeBet('b-1', 40n), round: 'r-2' });
    refused({ ...creditWin('w-1', 90n, 'b-1'), round: 'r-2' });
    refused(creditStakeless('s-1', 7n, 'tournament', 'r-2'));
    refused(closeRound('c-9', 'r-8'));
  });

  it('game', () => {
    refused({ ...placeBet('b-1', 40n), game: 'slots' });
    refused({ ...creditStakeless('s-1', 7n, 'tournament'), game: 'slots' });
  });

  it('kind', () => {
    refused(creditWin('b-1', 40n));
    refused(placeBet('w-1', 90n));
    refused(rollBack('b-1', 'w-1'));
    refused(closeRound('b-1'));
    refused(creditStakeless('s-1', 7n, 'promotion'));
    history
      .when(creditStakeless('b-1', 40n))
      .thenRefused('key-reused', { provider: 'acme', transaction: 'b-1', firstKind: 'bet' });
  });

  it('reference', () => {
    refused(creditWin('w-1', 90n, 'b-2'));
    refused(creditWin('w-1', 90n, null));
    refused(rollBack('x-2', 'b-1'));
    refused(rollBack('x-3', 'b-4'));
  });
});

describe('L5 a key belongs to one provider', () => {
  it('so two providers may use one id', () => {
    history.when({ ...placeBet('b-1', 40n), ...byOther }).thenAccepts(bet('b-1', '40', ofOther));
  });

  it('and to one round of that provider', () => {
    const theirs = { ...creditWin('w-9', 4n), provider: 'other' };
    history.when(theirs).thenRefused('round-not-found');
  });
});

describe('L5 a key belongs to one account, over the whole log', () => {
  const { claims } = accountDecider;
  if (!claims) throw new Error('the account claims no keys');
  const elsewhere = { player: 'p-2', brand: 'main', currency: 'USDT' };
  const keysOf = (command: Parameters<typeof history.when>[0], ...past: AccountEvent[]) => {
    const state = fold(accountDecider, [opened, ...inSession, credited('100'), ...past]);
    const decision = accountDecider.decide(command, state, 0);
    return decision.kind === 'accept'
      ? decision.events.flatMap((event) => claims.keysOf(event))
      : [];
  };

  it('so another player or currency with it claims the same', () => {
    const [own] = keysOf(placeBet('k', 1n));
    for (const command of [
      placeBet('k', 1n),
      creditWin('k', 1n),
      creditStakeless('k', 1n),
      closeRound('k'),
      rollBack('k', 'b-1'),
    ]) {
      expect(keysOf({ ...command, account: elsewhere }, bet('b-1', '1'))).toEqual([own]);
      expect(claims.taken(command, own ?? '').code).toBe('key-reused');
    }
  });

  it("so another player's transaction can't be rolled back, seen or not", () => {
    const command = rollBack('x-1', 'b-1');
    const [own, target] = keysOf(command);
    expect([target]).toEqual(keysOf(placeBet('b-1', 1n)));
    // Seen in this account, it is the account's already.
    expect(keysOf(command, bet('b-1', '1'))).toEqual([own]);
    expect(claims.taken(command, target ?? '')).toMatchObject({
      code: 'transaction-not-yours',
      details: { provider: 'acme', target: 'b-1' },
    });
    expect(claims.taken(command, own ?? '').code).toBe('key-reused');
  });

  it('and the same id of two providers is two keys', () => {
    const [ours] = keysOf(closeRound('a-b'));
    const [theirs] = keysOf({ ...closeRound('b'), provider: 'acme-a' });
    expect(ours).not.toBe(theirs);
  });

  it('and a batch claims what its members claim, and names the member', () => {
    const commands = [placeBet('b-1', 1n), rollBack('x-1', 'b-1'), rollBack('x-2', 'b-2')];
    const { account, provider } = placeBet('b-1', 1n);
    const batch = { type: 'Batch', account, provider, commands } as const;
    const keys = keysOf(batch);
    expect(keys).toEqual([
      ...keysOf(placeBet('b-1', 1n)),
      ...keysOf(rollBack('x-1', 'b-1'), bet('b-1', '1')),
      ...keysOf(rollBack('x-2', 'b-2')),
    ]);
    const target = keys.at(-1) ?? '';
    expect(claims.taken(batch, target)).toMatchObject({
      code: 'transaction-not-yours',
      details: { index: 2, target: 'b-2' },
    });
  });
});
