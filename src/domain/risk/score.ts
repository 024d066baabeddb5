import type { Facts } from './facts.ts';
import { type Measured, measured } from './measures.ts';
import { MOST_POINTS, type RiskRule, type RiskRuleSet, type VersionedRules } from './rule-set.ts';

/** `pass`: nothing to do. `review`: a person should look. `hold`: nothing should move before. */
export const RISK_OUTCOMES = ['pass', 'review', 'hold'] as const;
export type RiskOutcome = (typeof RISK_OUTCOMES)[number];

/** A rule that spoke, with the value that made it speak. */
export interface RiskReason {
  readonly rule: string;
  readonly about: string;
  readonly signal: string;
  readonly window: string | null;
  readonly value: number;
  /** The threshold, and on which side of it the value is. */
  readonly threshold: number;
  readonly side: 'at least' | 'at most';
  readonly points: number;
  /** What the value is of, where it is not of the player as a whole. */
  readonly currency: string | null;
  readonly reference: string | null;
}

export interface Assessment {
  /** 0: no rules were published yet. */
  readonly ruleSet: number;
  /** 0 to 100. */
  readonly score: number;
  readonly outcome: RiskOutcome;
  readonly reasons: readonly RiskReason[];
}

/** Pure: the same facts and rules give the same score for ever. */
export function assess(facts: Facts, rules: VersionedRules | null): Assessment {
  if (rules === null) return { ruleSet: 0, score: 0, outcome: 'pass', reasons: [] };
  const { version, ruleSet } = rules;
  const reasons = ruleSet.rules.flatMap((rule) => reasonOf(rule, facts, ruleSet) ?? []);
  const points = reasons.reduce((sum, reason) => sum + reason.points, 0);
  const score = Math.min(points, MOST_POINTS);
  return { ruleSet: version, score, outcome: outcomeOf(score, ruleSet), reasons };
}

export function outcomeOf(
  score: number,
  { reviewFrom, holdFrom }: Pick<RiskRuleSet, 'reviewFrom' | 'holdFrom'>,
): RiskOutcome {
  if (score >= holdFrom) return 'hold';
  return score >= reviewFrom ? 'review' : 'pass';
}

/** A rule speaks once, however many currencies or references it would speak of: of the worst. */
function reasonOf(rule: RiskRule, facts: Facts, ruleSet: RiskRuleSet): RiskReason | null {
  const isUpward = rule.atLeast !== undefined;
  const threshold = rule.atLeast ?? rule.atMost ?? 0;
  let worst: Measured | null = null;
  for (const each of measured(rule, facts, ruleSet)) {
    const speaks = isUpward ? each.value >= threshold : each.value <= threshold;
    if (!speaks) continue;
    const isWorse =
      worst === null || (isUpward ? each.value > worst.value : each.value < worst.value);
    if (isWorse) worst = each;
  }
  if (worst === null) return null;
  const { id, about, signal, window, points } = rule;
  const { value, currency, reference } = worst;
  return {
    ...{ rule: id, about, signal, window: window ?? null, value, threshold, points },
    ...{ side: isUpward ? 'at least' : 'at most', currency, reference },
  };
}
