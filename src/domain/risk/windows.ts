import { GAME_KINDS, type GameKind } from '../account/game-fields.ts';

/** How far back a rule may look. */
export const WINDOWS = ['1h', '24h', '7d', '30d'] as const;
export type Window = (typeof WINDOWS)[number];

/** What a stretch of time held, of one account. What undoes something earlier may go below zero. */
export interface Tally {
  bets: number;
  deposits: number;
  withdrawals: number;
  /** Withdrawals to an address that the player had nothing to do with before. */
  newDestinations: number;
  deposited: bigint;
  wins: bigint;
  /** Credits for which nothing was staked. */
  bonus: bigint;
  /** Stakes given back of which it isn't known in what kind of game they were. */
  refunds: bigint;
  /** Less what was given back, by the place of the game's kind in GAME_KINDS. */
  readonly stakes: bigint[];
}

export interface Stretch extends Tally {
  /** How many stretches of this length lie between 1970 and it. */
  readonly index: number;
}

interface Ring {
  readonly lengthMs: number;
  readonly kept: number;
}

/** Three resolutions of the same history: a fixed number of stretches, however much happens. */
const RINGS: readonly Ring[] = [
  { lengthMs: 600_000, kept: 6 },
  { lengthMs: 7_200_000, kept: 12 },
  { lengthMs: 86_400_000, kept: 30 },
];

const VIEWS: Readonly<Record<Window, { readonly ring: number; readonly stretches: number }>> = {
  '1h': { ring: 0, stretches: 6 },
  '24h': { ring: 1, stretches: 12 },
  '7d': { ring: 2, stretches: 7 },
  '30d': { ring: 2, stretches: 30 },
};

/** Each ring's stretches in which anything happened, oldest first. */
export type Trail = readonly Stretch[][];

export const newTrail = (): Trail => RINGS.map(() => []);

const PLACES = Object.fromEntries(GAME_KINDS.map((kind, place) => [kind, place]));
export const placeOf = (kind: GameKind): number => PLACES[kind] ?? 0;

/** Written out: with every player's every stretch one of these begins. */
export const newTally = (): Tally => newStretch(0);

export function newStretch(index: number): Stretch {
  return {
    index,
    bets: 0,
    deposits: 0,
    withdrawals: 0,
    newDestinations: 0,
    deposited: 0n,
    wins: 0n,
    bonus: 0n,
    refunds: 0n,
    stakes: [0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n],
  };
}

/** Makes the change in each ring; what is older than a ring reaches is not in it any more. */
export function count(trail: Trail, timeMs: number, change: (tally: Tally) => void): void {
  for (let place = 0; place < RINGS.length; place++) {
    const ring = RINGS[place] as Ring;
    const stretches = trail[place] as Stretch[];
    const index = Math.floor(timeMs / ring.lengthMs);
    const newest = stretches.at(-1);
    const stretch = newest?.index === index ? newest : stretchAt(stretches, index, ring.kept);
    if (stretch !== null) change(stretch);
  }
}

/** Clocks of several processes differ: an event may be a little older than the one before it. */
function stretchAt(stretches: Stretch[], index: number, kept: number): Stretch | null {
  const newest = stretches.at(-1)?.index ?? index;
  if (index <= newest - kept) return null;
  let place = stretches.length;
  while (place > 0 && (stretches[place - 1] as Stretch).index > index) place--;
  const known = stretches[place - 1];
  if (known?.index === index) return known;
  const made = newStretch(index);
  if (place === stretches.length) stretches.push(made);
  else stretches.splice(place, 0, made);
  const oldest = Math.max(index, newest) - kept;
  while ((stretches[0] as Stretch).index <= oldest) stretches.shift();
  return made;
}

/**
 * The sum of a window that ends at `nowMs`. It slides by whole stretches, so it may reach up to one
 * stretch less far back than its name says; never further.
 */
export function tallyOf(trail: Trail, window: Window, nowMs: number): Tally {
  const { ring, stretches } = VIEWS[window];
  const before = Math.floor(nowMs / (RINGS[ring] as Ring).lengthMs) - stretches;
  const sum = newTally();
  for (const stretch of trail[ring] as Stretch[]) {
    if (stretch.index > before) add(sum, stretch);
  }
  return sum;
}

function add(sum: Tally, more: Tally): void {
  sum.bets += more.bets;
  sum.deposits += more.deposits;
  sum.withdrawals += more.withdrawals;
  sum.newDestinations += more.newDestinations;
  // Most are zero, and adding a big integer makes a new one.
  if (more.deposited !== 0n) sum.deposited += more.deposited;
  if (more.wins !== 0n) sum.wins += more.wins;
  if (more.bonus !== 0n) sum.bonus += more.bonus;
  if (more.refunds !== 0n) sum.refunds += more.refunds;
  for (let place = 0; place < more.stakes.length; place++) {
    const stake = more.stakes[place] as bigint;
    if (stake !== 0n) sum.stakes[place] = (sum.stakes[place] as bigint) + stake;
  }
}
