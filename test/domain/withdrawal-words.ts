import { contentHash, withdrawalDecider } from '../../src/domain/withdrawal/decide.ts';
import type { WithdrawalEvent, WithdrawalRequest } from '../../src/domain/withdrawal/events.ts';
import { specOf } from '../support/spec.ts';

/** The events of one withdrawal, for specs that read as sentences. */

export const given = specOf(withdrawalDecider);

export const withdrawal = '5f0c1e0a-7a55-5d1e-9f0e-2b8b6b1b6a10';
export const content = {
  ...{ withdrawal, brand: 'main', player: 'p-1', currency: 'USDT', asset: 'a' },
  ...{ chain: 'eip155:1', destination: '0xBB', amount: '60', feeCap: '9' },
};
export const request: WithdrawalRequest = {
  ...content,
  contract: null,
  requester: 'alice',
  contentHash: contentHash(content),
};
export const requested: WithdrawalEvent = { type: 'WithdrawalRequested', data: request };
export const checks = [{ name: 'destination-valid', passed: true }];
export const verified: WithdrawalEvent = {
  type: 'VerificationChecked',
  data: { withdrawal, passed: true, checks },
};
export const underReview = (approvalsRequired = 1): WithdrawalEvent => ({
  type: 'WithdrawalPutUnderReview',
  data: { withdrawal, reason: 'policy', approvalsRequired, policyVersion: 1 },
});
export const expiresAt = '2026-11-22T00:00:00.000Z';
export const approved = (
  approver: string,
  approvals = 1,
  approvalsRequired = 1,
): WithdrawalEvent => ({
  type: 'WithdrawalApproved',
  data: {
    ...{ withdrawal, approver, approvals, approvalsRequired, expiresAt },
    contentHash: request.contentHash,
  },
});
export const approve = (approver: string, hash = request.contentHash) =>
  ({ type: 'ApproveWithdrawal', approver, contentHash: hash, expiresAt }) as const;
export const rejected: WithdrawalEvent = {
  type: 'WithdrawalRejected',
  data: { withdrawal, rejecter: 'bob', reason: 'no' },
};
export const allocated: WithdrawalEvent = {
  type: 'PayoutAllocated',
  data: { withdrawal, wallet: '0xH', nonce: 3 },
};
export const signature = { txid: '0xT', raw: '0x02' };
export const fee = { most: '5', terms: { gasLimit: '5' } };
export const signed: WithdrawalEvent = {
  type: 'PayoutSigned',
  data: { withdrawal, wallet: '0xH', nonce: 3, ...signature, fee },
};
export const broadcast: WithdrawalEvent = {
  type: 'PayoutBroadcast',
  data: { withdrawal, txid: '0xT' },
};
export const block = { height: 7, hash: '0x7' };
export const other = { height: 8, hash: '0x8' };
export const seen = (where = block): WithdrawalEvent => ({
  type: 'PayoutSeen',
  data: { withdrawal, txid: '0xT', block: where },
});
export const orphaned: WithdrawalEvent = {
  type: 'PayoutOrphaned',
  data: { withdrawal, txid: '0xT', block },
};
export const confirmed: WithdrawalEvent = {
  type: 'PayoutConfirmed',
  data: { withdrawal, txid: '0xT', block, fee: '4' },
};
export const toReview = [requested, verified, underReview()];
export const toSigned = [...toReview, approved('bob'), allocated, signed];
