import type { GameKind } from '../account/game-fields.ts';
import type { Facts, WindowFacts } from './facts.ts';
import type { Use } from './links.ts';
import { MOST_VALUE, type RiskRule, type RiskRuleSet } from './rule-set.ts';
import { SIGNALS, type SignalName } from './signals.ts';

/** One value of a signal. Where a currency or a reference is named, it is of that one alone. */
export interface Measured {
  readonly value: number;
  readonly samples: number;
  readonly currency: string | null;
  readonly reference: string | null;
}

type Measure = (facts: Facts, rule: RiskRule, ruleSet: RiskRuleSet) => readonly Measured[];

const ONE_BP = 10_000n;

const whole = (value: number, samples = 0): Measured => ({
  ...{ value: Math.min(value, MOST_VALUE), samples, currency: null, reference: null },
});

/** In basis points, whole. Nothing of nothing says nothing; something of nothing is the most. */
function ratio(part: bigint, of: bigint): number | null {
  if (part < 0n || (part === 0n && of <= 0n)) return null;
  if (of <= 0n) return MOST_VALUE;
  const value = (part * ONE_BP) / of;
  return value > BigInt(MOST_VALUE) ? MOST_VALUE : Number(value);
}

/** What a withdrawal is judged on is the money that it takes; a player, on all they have. */
function eachCurrency(
  { accounts, withdrawal }: Facts,
  { window }: RiskRule,
  measure: (facts: WindowFacts) => { value: number | null; samples: number },
): Measured[] {
  return Object.entries(accounts).flatMap(([currency, { windows }]) => {
    if (window === undefined) return [];
    if (withdrawal !== null && withdrawal.currency !== currency) return [];
    const { value, samples } = measure(windows[window]);
    return value === null ? [] : [{ value, samples, currency, reference: null }];
  });
}

const sumOf =
  (name: 'bets' | 'deposits' | 'withdrawals' | 'newDestinations'): Measure =>
  ({ accounts }, { window }) => {
    if (window === undefined) return [];
    let sum = 0;
    for (const { windows } of Object.values(accounts)) sum += windows[window][name];
    return [whole(sum)];
  };

const sharedBy =
  (use: Use): Measure =>
  ({ references, withdrawal }, _, { usedByMany }) =>
    references
      .filter((each) => each.use === use)
      .filter(({ reference }) => !usedByMany.includes(reference))
      // Of a withdrawal's destinations the one that it goes to.
      .filter(({ reference }) =>
        use === 'destination' && withdrawal !== null ? reference === withdrawal.destination : true,
      )
      .map(({ players, reference }) => ({ value: players, samples: 0, currency: null, reference }));

function staked({ stakes, refunds }: WindowFacts): bigint {
  let sum = -refunds;
  for (const stake of Object.values(stakes)) sum += stake;
  return sum;
}

/** Wins, of what the games should have paid for these stakes. Rounded once, at the end. */
function returned(window: WindowFacts, { expectedReturnBp }: RiskRuleSet): number | null {
  let [gross, weighted] = [0n, 0n];
  for (const [kind, stake] of Object.entries(window.stakes)) {
    gross += stake;
    weighted += stake * BigInt(expectedReturnBp[kind as GameKind]);
  }
  if (gross <= 0n) return ratio(window.wins, 0n);
  // Refunds of unknown games are taken from all alike.
  return ratio(window.wins * gross * ONE_BP, weighted * staked(window));
}

const MEASURES: Readonly<Record<SignalName, Measure>> = {
  bets: sumOf('bets'),
  deposits: sumOf('deposits'),
  withdrawals: sumOf('withdrawals'),
  'new-destinations': sumOf('newDestinations'),
  'deposit-to-withdrawal': ({ accounts, withdrawal }) =>
    Object.entries(accounts).flatMap(([currency, { minutesToWithdrawal: value }]) =>
      value === null || (withdrawal !== null && withdrawal.currency !== currency)
        ? []
        : [{ value: Math.min(value, MOST_VALUE), samples: 0, currency, reference: null }],
    ),
  turnover: (facts, rule) =>
    eachCurrency(facts, rule, (window) => ({
      value: window.deposited > 0n ? ratio(staked(window), window.deposited) : null,
      samples: window.deposits,
    })),
  return: (facts, rule, ruleSet) =>
    eachCurrency(facts, rule, (window) => ({
      value: returned(window, ruleSet),
      samples: window.bets,
    })),
  bonus: (facts, rule) =>
    eachCurrency(facts, rule, (window) => ({
      value: window.bonus > 0n ? ratio(window.bonus, staked(window)) : null,
      samples: 0,
    })),
  cadence: ({ cadence: { intervals, variationBp } }) =>
    variationBp === null ? [] : [whole(variationBp, intervals)],
  'shared-destination': sharedBy('destination'),
  'shared-source': sharedBy('source'),
  'shared-device': sharedBy('device'),
  'shared-network': sharedBy('network'),
  'destination-is-new': ({ withdrawal }) =>
    withdrawal === null ? [] : [whole(withdrawal.destinationIsNew ? 1 : 0)],
};

/** Every value that the rule's signal has; none where there is nothing to measure. */
export function measured(rule: RiskRule, facts: Facts, ruleSet: RiskRuleSet): readonly Measured[] {
  const found = MEASURES[rule.signal](facts, rule, ruleSet);
  const { minSamples } = rule;
  if (minSamples === undefined || SIGNALS[rule.signal].samples === null) return found;
  return found.filter(({ samples }) => samples >= minSamples);
}
