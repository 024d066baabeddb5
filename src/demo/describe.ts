import { displayAmount } from '../domain/money.ts';

const DECIMALS: Readonly<Record<string, number>> = { ETH: 18, USDT: 6 };

/** `2.5 USDT`, for people. */
export function money(amount: unknown, currency: unknown): string {
  const code = String(currency);
  return `${displayAmount(BigInt(String(amount)), DECIMALS[code] ?? 0)} ${code}`;
}

export const short = (hash: unknown) => {
  const text = String(hash);
  return text.length > 20 ? `${text.slice(0, 10)}…${text.slice(-6)}` : text;
};

type Data = Readonly<Record<string, unknown>>;
const block = (data: Data) => `in block ${(data.block as Data).height}`;

const SENTENCES: Readonly<Record<string, (data: Data) => string>> = {
  DepositDetected: (d) =>
    `${money(d.amount, d.currency)} to ${short(d.address)} ${block(d)}, ${short(d.txid)}`,
  DepositConfirmed: (d) => `confirming, ${d.confirmations} of ${d.required}`,
  DepositCredited: (d) => `+${money(d.amount, d.currency)} for the player`,
  DepositFinalised: (d) => `final: the chain has finalised block ${(d.finalized as Data).height}`,
  WalletFunded: (d) => `+${money(d.amount, d.currency)} of capital in the hot wallet`,
  BetDebited: (d) => `-${money(d.amount, d.currency)} in round ${d.round}`,
  WinCredited: (d) => `+${money(d.amount, d.currency)} in round ${d.round}`,
  BetRolledBack: (d) => `+${money(d.amount, d.currency)}: bet ${d.target} is undone`,
  RoundClosed: (d) => `round ${d.round} takes nothing more`,
  WithdrawalHeld: (d) => `${money(d.amount, d.currency)} held for ${short(d.destination)}`,
  WithdrawalRequested: (d) => `by ${d.requester}, content ${short(d.contentHash)}`,
  VerificationChecked: (d) =>
    `${(d.checks as Data[]).length} checks: ${d.passed ? 'all passed' : 'FAILED'}`,
  WithdrawalPutUnderReview: (d) =>
    `needs ${d.approvalsRequired} approval, policy ${d.policyVersion}`,
  WithdrawalApproved: (d) => `by ${d.approver}, ${d.approvals} of ${d.approvalsRequired}`,
  PayoutAllocated: (d) => `nonce ${d.nonce} of hot wallet ${short(d.wallet)}`,
  PayoutSigned: (d) => `recorded before it is sent: ${d.txid}`,
  PayoutBroadcast: (d) => `${d.txid}`,
  PayoutSeen: (d) => block(d),
  PayoutConfirmed: (d) => `final ${block(d)}, fee ${money(d.fee, 'ETH')}`,
  HoldSettled: (d) => `-${money(d.amount, d.currency)}: it has left the house`,
  WithdrawalCompleted: () => 'done',
};

/** What an event said, in a line. */
export function sentence(type: string, data: Data): string {
  return SENTENCES[type]?.(data) ?? '';
}
