import type { StakelessReason } from '../../domain/account/game-fields.ts';

/** What is counted and added up, each from one type of event. */
export type Measure =
  | 'bet'
  | 'bet-rolled-back'
  | 'win'
  | 'win-rolled-back'
  | StakelessReason
  | `${StakelessReason}-rolled-back`
  | 'deposit'
  | 'deposit-reversed'
  | 'withdrawal-requested'
  | 'withdrawal-released'
  | 'withdrawal-paid'
  | 'network-fee';

/** Of which each player has one. */
export const FIRST_MEASURES = ['registration', 'first-deposit', 'first-bet'] as const;
export type FirstMeasure = (typeof FIRST_MEASURES)[number];

export type Summed = Measure | FirstMeasure;
type Signed = Partial<Record<Summed, 1 | -1>>;

/** Stakes less wins: to the last unit the ledger's account `gaming`. */
const GGR = { bet: 1, 'bet-rolled-back': -1, win: -1, 'win-rolled-back': 1 } as const;

/** What the house gives away, less what it took back: the ledger's three accounts of expenses. */
const given = (reason: StakelessReason): Signed => ({ [reason]: 1, [`${reason}-rolled-back`]: -1 });
const GIVEN_AWAY = {
  promotion: -1,
  'promotion-rolled-back': 1,
  tournament: -1,
  'tournament-rolled-back': 1,
  'free-round': -1,
  'free-round-rolled-back': 1,
} as const;

/** Every amount of a report, as a sum of measures. docs/analytics.md says them in words. */
export const AMOUNTS = {
  staked: { bet: 1 },
  stakesReturned: { 'bet-rolled-back': 1 },
  won: { win: 1 },
  winsReturned: { 'win-rolled-back': 1 },
  ggr: GGR,
  promotions: given('promotion'),
  tournamentPrizes: given('tournament'),
  freeRounds: given('free-round'),
  ngr: { ...GGR, ...GIVEN_AWAY },
  deposited: { deposit: 1 },
  depositsReversed: { 'deposit-reversed': 1 },
  firstDeposited: { 'first-deposit': 1 },
  withdrawalsRequested: { 'withdrawal-requested': 1 },
  withdrawalsReleased: { 'withdrawal-released': 1 },
  withdrawn: { 'withdrawal-paid': 1 },
  networkFees: { 'network-fee': 1 },
} as const satisfies Record<string, Signed>;

const CREDITS_ROLLED_BACK = {
  'promotion-rolled-back': 1,
  'tournament-rolled-back': 1,
  'free-round-rolled-back': 1,
} as const;

/** Every count of a report, likewise. */
export const COUNTS = {
  bets: { bet: 1 },
  betsRolledBack: { 'bet-rolled-back': 1 },
  wins: { win: 1 },
  winsRolledBack: { 'win-rolled-back': 1 },
  credits: { promotion: 1, tournament: 1, 'free-round': 1 },
  creditsRolledBack: CREDITS_ROLLED_BACK,
  deposits: { deposit: 1 },
  depositsReversed: { 'deposit-reversed': 1 },
  firstDeposits: { 'first-deposit': 1 },
  withdrawalsRequested: { 'withdrawal-requested': 1 },
  withdrawalsReleased: { 'withdrawal-released': 1 },
  withdrawalsPaid: { 'withdrawal-paid': 1 },
} as const satisfies Record<string, Signed>;

export type AmountName = keyof typeof AMOUNTS;
export type CountName = keyof typeof COUNTS;

/** One definition on the sums of a group. */
export function total(definition: Signed, sumOf: (measure: Summed) => bigint): bigint {
  let sum = 0n;
  for (const [measure, sign] of Object.entries(definition)) {
    const part = sumOf(measure as Summed);
    sum += sign === 1 ? part : -part;
  }
  return sum;
}
