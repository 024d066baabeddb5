import { describe, it } from 'vitest';
import type { WithdrawalEvent } from '../../src/domain/withdrawal/events.ts';
import {
  allocated,
  approve,
  approved,
  block,
  broadcast,
  checks,
  confirmed,
  expiresAt,
  fee,
  given,
  orphaned,
  other,
  rejected,
  request,
  requested,
  seen,
  signature,
  signed,
  toReview,
  toSigned,
  underReview,
  verified,
  withdrawal,
} from './withdrawal-words.ts';

describe('a withdrawal under review', () => {
  it('was requested, then verified', () => {
    given().when({ type: 'RequestWithdrawal', request }).thenAccepts(requested);
    given(requested).when({ type: 'RecordVerification', checks }).thenAccepts(verified);
    given(requested, verified)
      .when({ type: 'PutUnderReview', approvalsRequired: 1, policyVersion: 1 })
      .thenAccepts(underReview());
    given(requested)
      .when({ type: 'PutUnderReview', approvalsRequired: 1, policyVersion: 1 })
      .thenThrows(/not verified/);
  });

  it('L5 is requested once, whatever a payout may cost by now; other content is refused', () => {
    given(requested).when({ type: 'RequestWithdrawal', request }).thenRepeat();
    given(requested)
      .when({ type: 'RequestWithdrawal', request: { ...request, feeCap: '10' } })
      .thenRepeat();
    given(requested)
      .when({ type: 'RequestWithdrawal', request: { ...request, amount: '61' } })
      .thenRefused('key-reused');
  });

  it('W8 is approved by another than its requester', () => {
    given(...toReview)
      .when(approve('bob'))
      .thenAccepts(approved('bob'));
    given(...toReview)
      .when(approve('alice'))
      .thenRefused('approver-is-requester');
  });

  it('W8 is approved only as the approver saw it', () =>
    given(...toReview)
      .when(approve('bob', '0'.repeat(64)))
      .thenRefused('content-changed'));

  it('W8 needs as many people as the policy says', () => {
    const two = [requested, verified, underReview(2)];
    given(...two)
      .when(approve('bob'))
      .thenAccepts(approved('bob', 1, 2));
    given(...two, approved('bob', 1, 2))
      .when(approve('bob'))
      .thenRefused('already-approved-by-you');
    given(...two, approved('bob', 1, 2))
      .when(approve('carol'))
      .thenAccepts(approved('carol', 2, 2));
    given(...two, approved('bob', 1, 2))
      .when({ type: 'AllocatePayout', wallet: '0xH', nonce: 3 })
      .thenRepeat();
  });

  it('W8 whose approval expired goes back to review and needs a new one', () => {
    const approvedOnce = [...toReview, approved('bob')];
    const returned: WithdrawalEvent = {
      type: 'WithdrawalPutUnderReview',
      data: { withdrawal, reason: 'approval-expired', approvalsRequired: 1, policyVersion: 1 },
    };
    given(...approvedOnce)
      .when({ type: 'ReturnExpiredToReview', now: '2026-11-21T23:59:59.999Z' })
      .thenRepeat();
    given(...approvedOnce)
      .when({ type: 'ReturnExpiredToReview', now: expiresAt })
      .thenAccepts(returned);
    given(...approvedOnce, returned)
      .when(approve('bob'))
      .thenAccepts(approved('bob'));
  });

  it('is rejected once, and never after it was approved', () => {
    const reject = { type: 'RejectWithdrawal', rejecter: 'bob', reason: 'no' } as const;
    given(...toReview)
      .when(reject)
      .thenAccepts(rejected);
    given(...toReview, rejected)
      .when(reject)
      .thenRepeat();
    given(...toReview, rejected)
      .when(approve('bob'))
      .thenRefused('withdrawal-not-under-review');
    given(...toReview, approved('bob'))
      .when(reject)
      .thenRefused('withdrawal-not-under-review');
    given().when(reject).thenRefused('withdrawal-not-found');
  });
});

describe('a payout', () => {
  it('W2 is signed before it is broadcast', () => {
    given(...toReview, approved('bob'), allocated)
      .when({ type: 'RecordSignature', ...signature, fee })
      .thenAccepts(signed);
    given(...toReview, approved('bob'), allocated)
      .when({ type: 'RecordBroadcast' })
      .thenThrows(/no signed payout/);
    given(...toSigned)
      .when({ type: 'RecordBroadcast' })
      .thenAccepts(broadcast);
  });

  it('W3 never gets a second signature', () =>
    given(...toSigned)
      .when({ type: 'RecordSignature', txid: '0xU', raw: '0x03', fee })
      .thenRepeat());

  it('W7 keeps the nonce that it was given', () =>
    given(...toSigned)
      .when({ type: 'AllocatePayout', wallet: '0xH', nonce: 4 })
      .thenRepeat());

  it('W5 ends as the chain says: paid or reverted', () => {
    const outcome = { type: 'RecordOutcome', block, fee: '4' } as const;
    const history = [...toSigned, broadcast, seen()];
    given(...history)
      .when({ ...outcome, succeeded: true })
      .thenAccepts(confirmed);
    given(...history)
      .when({ ...outcome, succeeded: false })
      .thenAccepts({ type: 'PayoutReverted', data: confirmed.data as never });
    given(...history)
      .when({ ...outcome, block: other, succeeded: true })
      .thenThrows(/another block/);
    given(...toSigned, broadcast)
      .when({ ...outcome, succeeded: true })
      .thenRepeat();
  });

  it('W6 whose block was orphaned is on its way again, and may be seen elsewhere', () => {
    const history = [...toSigned, broadcast, seen()];
    given(...history)
      .when({ type: 'RecordOrphaned', block })
      .thenAccepts(orphaned);
    given(...history)
      .when({ type: 'RecordOrphaned', block: other })
      .thenRepeat();
    given(...history, orphaned)
      .when({ type: 'RecordSeen', block: other })
      .thenAccepts(seen(other));
    given(...history)
      .when({ type: 'RecordSeen', block: other })
      .thenAccepts(orphaned, seen(other));
  });

  it('is seen even when no answer to its broadcast was heard', () =>
    given(...toSigned)
      .when({ type: 'RecordSeen', block })
      .thenAccepts(seen()));

  it('closes the withdrawal', () =>
    given(...toSigned, broadcast, seen(), confirmed)
      .when({ type: 'CloseWithdrawal' })
      .thenAccepts({ type: 'WithdrawalCompleted', data: { withdrawal, txid: '0xT' } }));
});
