import { describe, it } from 'vitest';
import type { WithdrawalEvent } from '../../src/domain/withdrawal/events.ts';
import {
  approve,
  approved,
  checks,
  given,
  rejected,
  requested,
  toReview,
  toSigned,
  underReview,
  verified,
  withdrawal,
} from './withdrawal-words.ts';

describe('stopping a withdrawal', () => {
  const cancel = { type: 'CancelWithdrawal', canceller: 'alice', reason: 'no' } as const;
  const hold = { type: 'PutOnHold', holder: 'bob', reason: 'papers' } as const;
  const release = { type: 'TakeOffHold', releaser: 'carol', reason: 'they came' } as const;
  const cancelled: WithdrawalEvent = {
    type: 'WithdrawalCancelled',
    data: { withdrawal, canceller: 'alice', reason: 'no' },
  };
  const held: WithdrawalEvent = {
    type: 'WithdrawalPutOnHold',
    data: { withdrawal, holder: 'bob', reason: 'papers' },
  };
  const released: WithdrawalEvent = {
    type: 'WithdrawalTakenOffHold',
    data: { withdrawal, releaser: 'carol', reason: 'they came' },
  };

  it('W6 is cancelled once, by its requester, and only before it is approved', () => {
    given(requested).when(cancel).thenAccepts(cancelled);
    given(...toReview)
      .when(cancel)
      .thenAccepts(cancelled);
    given(...toReview, cancelled)
      .when(cancel)
      .thenRepeat();
    given(...toReview)
      .when({ ...cancel, canceller: 'bob' })
      .thenRefused('canceller-is-not-requester');
    for (const decided of [approved('bob'), rejected, held]) {
      given(...toReview, decided)
        .when(cancel)
        .thenRefused('withdrawal-not-cancellable');
    }
    given(...toSigned)
      .when(cancel)
      .thenRefused('withdrawal-not-cancellable');
  });

  it('W6 is neither opened, approved nor rejected once it was cancelled', () => {
    const history = [...toReview, cancelled];
    given(...history)
      .when(approve('bob'))
      .thenRefused('withdrawal-not-under-review');
    given(...history)
      .when({ type: 'RejectWithdrawal', rejecter: 'bob', reason: 'no' })
      .thenRefused('withdrawal-not-under-review');
    given(requested, cancelled).when({ type: 'RecordVerification', checks }).thenRepeat();
    given(requested, cancelled)
      .when({ type: 'PutUnderReview', approvalsRequired: 1, policyVersion: 1 })
      .thenRepeat();
    given(...history)
      .when({ type: 'AllocatePayout', wallet: '0xH', nonce: 3 })
      .thenRepeat();
  });

  it('W8 on hold is not approved, and goes on with the approvals it had', () => {
    const two = [requested, verified, underReview(2), approved('bob', 1, 2)];
    given(...two)
      .when(hold)
      .thenAccepts(held);
    given(...two, held)
      .when(hold)
      .thenRepeat();
    given(...two, held)
      .when(approve('carol'))
      .thenRefused('withdrawal-not-under-review', { withdrawal, status: 'on-hold' });
    given(...two, held)
      .when(release)
      .thenAccepts(released);
    given(...two, held, released)
      .when(approve('carol'))
      .thenAccepts(approved('carol', 2, 2));
    given(...two)
      .when(release)
      .thenRefused('withdrawal-not-on-hold');
  });

  it('is held only under review, and rejected also from there', () => {
    for (const history of [[requested], [...toReview, approved('bob')], toSigned]) {
      given(...history)
        .when(hold)
        .thenRefused('withdrawal-not-under-review');
    }
    given(...toReview, held)
      .when({ type: 'RejectWithdrawal', rejecter: 'bob', reason: 'no' })
      .thenAccepts(rejected);
    given().when(hold).thenRefused('withdrawal-not-found');
  });
});
