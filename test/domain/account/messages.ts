import { accountDecider } from '../../../src/domain/account/decide.ts';
import type { AccountEvent } from '../../../src/domain/account/events.ts';
import type { StakelessReason } from '../../../src/domain/account/game-fields.ts';
import { specOf } from '../../support/spec.ts';

/** The words of the account's specs: events in the past tense, commands in the imperative. */

const spec = specOf(accountDecider);

/** Whoever has an account here has a session with each game service, so that bets can be placed. */
export const given = (...events: AccountEvent[]) => {
  const [first, ...rest] = events;
  return first === undefined ? spec() : spec(first, ...inSession, ...rest);
};

export const account = { brand: 'main', player: 'p-1', currency: 'USDT' };
export const custody = { chain: 'eip155:1', address: '0xAA' };
export const withdrawal = '5f0c1e0a-7a55-5d1e-9f0e-2b8b6b1b6a10';
const provider = 'acme';
const play = { round: 'r-1', game: 'dice', gameKind: 'other', data: {} } as const;
const from = { ...account, provider };

/** What differs from round r-1 of acme's dice. */
type Change = Readonly<Record<string, unknown>>;

/** Of its token; the same session stands in events by its id. */
export const tokenHash = 'a'.repeat(64);
export const session = '11111111-1111-4111-8111-111111111111';
/** What differs where another game service bets: in the command, and in the event. */
export const byOther = { provider: 'other', session: 'b'.repeat(64) };
export const ofOther = { provider: 'other', session: '22222222-2222-4222-8222-222222222222' };

/** Of the token of the session that a game service has here. */
export const hashFor = (provider: string) =>
  provider === byOther.provider ? byOther.session : tokenHash;

export const sessionOpened = (
  expiresAt = '1970-01-01T04:00:00.000Z',
  change: Change = {},
): AccountEvent => ({
  type: 'SessionOpened',
  data: {
    ...{ ...from, session, tokenHash, expiresAt, deviceRef: null, networkRef: null },
    ...change,
  },
});

export const inSession: readonly AccountEvent[] = [
  sessionOpened(),
  sessionOpened(undefined, { ...ofOther, tokenHash: byOther.session }),
];

export const opened: AccountEvent = { type: 'AccountOpened', data: account };

export const credited = (amount: string, epoch = 1, repaid = '0'): AccountEvent => ({
  type: 'DepositCredited',
  data: { ...account, ...custody, deposit: 'd-1', epoch, asset: 'a', txid: 't', amount, repaid },
});

export const reversed = (amount: string, receivable = '0', epoch = 1): AccountEvent => ({
  type: 'DepositReversed',
  data: { ...account, ...custody, deposit: 'd-1', epoch, amount, receivable },
});

export const bet = (transaction: string, amount: string, change: Change = {}): AccountEvent => ({
  type: 'BetDebited',
  data: { ...from, ...play, session, transaction, amount, ...change },
});

export const win = (
  transaction: string,
  amount: string,
  named: string | null = null,
  change: Change = {},
): AccountEvent => ({
  type: 'WinCredited',
  data: { ...from, ...play, transaction, bet: named, amount, ...change },
});

const stakelessPlay = { round: null, game: null, gameKind: 'other', data: {} } as const;

export const stakeless = (
  transaction: string,
  amount: string,
  reason: StakelessReason = 'promotion',
  round: string | null = null,
): AccountEvent => ({
  type: 'StakelessCredited',
  data: { ...from, ...stakelessPlay, transaction, reason, amount, round },
});

const undoing = (transaction: string, target: string) => ({ ...from, transaction, target });
const ofGame = { game: 'dice', gameKind: 'other' } as const;

export const betRolledBack = (
  transaction: string,
  target: string,
  amount: string,
  round = 'r-1',
  change: Change = {},
): AccountEvent => ({
  type: 'BetRolledBack',
  data: { ...undoing(transaction, target), ...ofGame, round, amount, data: {}, ...change },
});

export const winRolledBack = (
  transaction: string,
  target: string,
  amount: string,
  receivable = '0',
): AccountEvent => ({
  type: 'WinRolledBack',
  data: { ...undoing(transaction, target), ...ofGame, round: 'r-1', amount, receivable, data: {} },
});

export const tombstone = (transaction: string, target: string): AccountEvent => ({
  type: 'RollbackTombstoned',
  data: { ...undoing(transaction, target), data: {} },
});

export const closed = (transaction = 'c-1', round = 'r-1'): AccountEvent => ({
  type: 'RoundClosed',
  data: { ...from, transaction, round, data: {} },
});

const destination = { destination: '0xBB', key: 'k-1' };

export const held = (amount: string, id = withdrawal): AccountEvent => ({
  type: 'WithdrawalHeld',
  data: { ...account, withdrawal: id, amount, asset: 'a', chain: 'eip155:1', ...destination },
});

export const released = (amount: string): AccountEvent => ({
  type: 'HoldReleased',
  data: { ...account, withdrawal, amount, reason: 'rejected', networkFee: null },
});

export const settled = (amount: string): AccountEvent => ({
  type: 'HoldSettled',
  data: { ...account, ...custody, withdrawal, amount, txid: 't', networkFee: null },
});

const message = { account, provider, data: {} };

export const placeBet = (transaction: string, amount: bigint) =>
  ({ type: 'PlaceBet', ...message, ...play, session: tokenHash, transaction, amount }) as const;

export const creditWin = (transaction: string, amount: bigint, named: string | null = null) =>
  ({ type: 'CreditWin', ...message, ...play, transaction, amount, bet: named }) as const;

export const creditStakeless = (
  transaction: string,
  amount: bigint,
  reason: StakelessReason = 'promotion',
  round: string | null = null,
) =>
  ({
    type: 'CreditStakeless',
    ...{ ...message, ...stakelessPlay, transaction, amount, reason, round },
  }) as const;

export const rollBack = (transaction: string, target: string) =>
  ({ type: 'RollBack', ...message, transaction, target }) as const;

export const closeRound = (transaction = 'c-1', round = 'r-1') =>
  ({ type: 'CloseRound', ...message, transaction, round }) as const;

export const credit = (epoch: number, amount = 100n) =>
  ({
    type: 'CreditDeposit',
    ...{ account, deposit: 'd-1', epoch, ...custody, asset: 'a', txid: 't', amount },
  }) as const;

export const reverse = (epoch = 1) =>
  ({ type: 'ReverseDeposit', account, deposit: 'd-1', epoch, ...custody }) as const;

export const hold = (amount: bigint) =>
  ({
    type: 'HoldWithdrawal',
    ...{ account, withdrawal, amount, asset: 'a', chain: 'eip155:1', ...destination },
  }) as const;

export const release = {
  type: 'ReleaseHold',
  ...{ account, withdrawal, reason: 'rejected' as const, networkFee: null },
} as const;

export const settle = {
  type: 'SettleHold',
  ...{ account, withdrawal, ...custody, txid: 't', networkFee: null },
} as const;
