/**
 * Every reason for which the domain says no: a stable code and a sentence for people. The HTTP
 * catalogue gives each one its status. A refusal is never used for an outcome that isn't known.
 */
export const REJECTIONS = {
  'player-not-found': 'There is no such player.',
  'account-not-found': 'The player has no account in this currency.',
  'currency-unknown': 'This currency is not in the registry.',
  'asset-unknown': 'This asset is not in the registry.',
  'chain-unknown': 'This chain is not configured.',
  'asset-currency-mismatch': 'The asset is not held in this currency.',
  'insufficient-funds': 'The available balance is below the amount.',
  'account-flagged': 'The account owes money after a reversal and cannot withdraw.',
  'key-reused': 'This key was used before with other content.',
  'round-closed': 'The round is closed and takes nothing new.',
  'round-not-found': 'The round has no bet.',
  'bet-not-found': 'The bet that the win names does not stand in this round.',
  'bet-rolled-back': 'The bet of this win was rolled back.',
  'transaction-rolled-back': 'The transaction was rolled back before.',
  'rollback-of-rollback': 'A rollback cannot be rolled back.',
  'transaction-not-yours': "The transaction is another player's.",
  'nothing-to-roll-back': 'The transaction moved no money, so there is nothing to undo.',
  'win-stands': 'The stake is not refunded while its win stands.',
  'amount-too-large': 'The balance would exceed the largest amount that the ledger holds.',
  'destination-invalid': 'The destination is no address of this chain.',
  'destination-refused': 'The destination is not allowed.',
  'withdrawal-not-found': 'There is no such withdrawal.',
  'withdrawal-not-under-review': 'The withdrawal is not under review.',
  'withdrawal-not-on-hold': 'The withdrawal is not on hold.',
  'withdrawal-not-cancellable': 'The withdrawal is decided or on hold: it cannot be cancelled.',
  'canceller-is-not-requester': 'Only whoever requested a withdrawal can cancel it.',
  'approver-is-requester': 'Whoever requested a withdrawal cannot approve it.',
  'already-approved-by-you': 'You have approved this withdrawal; it needs another person.',
  'content-changed': 'The content hash is not that of this withdrawal.',
  'session-not-found': 'The player has no such session in this currency.',
  'session-of-another-provider': 'The session was opened with another game service.',
  'session-closed': 'The session was closed.',
  'session-expired': 'The session has expired.',
  'player-excluded': 'The player is kept from playing.',
  'loss-limit-reached': 'The bet could lose more than the limit of the period allows.',
  'stake-limit-reached': 'The bet would stake more than the limit of the period allows.',
  'deposit-limit-reached': 'More was deposited than the limit of the period allows.',
  'session-time-limit-reached': 'The session time of the period is used up.',
  'term-not-in-future': 'The term must end in the future.',
  'exclusion-stands': 'The exclusion cannot be shortened or lifted before its term.',
  'rate-day-in-future': 'A rate is of a day that has begun.',
  'rate-decimals-differ': 'The currency has other decimals in the rates before.',
  'policy-missing': 'No policy covers this asset and amount.',
} as const;

export type RejectionCode = keyof typeof REJECTIONS;

export interface Rejection {
  readonly code: RejectionCode;
  readonly message: string;
  /** Facts that the caller can act on, such as the balance. Amounts as text. */
  readonly details: Readonly<Record<string, string | number>>;
}

export function rejection(
  code: RejectionCode,
  details: Readonly<Record<string, string | number>> = {},
): Rejection {
  return { code, message: REJECTIONS[code], details };
}

/** Always with the balance: the caller shows it to the player. */
export function insufficientFunds(
  balance: { readonly available: bigint; readonly held: bigint },
  requested: bigint,
): Rejection {
  return rejection('insufficient-funds', {
    available: balance.available.toString(),
    held: balance.held.toString(),
    requested: requested.toString(),
  });
}
