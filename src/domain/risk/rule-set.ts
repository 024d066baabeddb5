import { z } from 'zod';
import { gameKind } from '../account/game-fields.ts';
import { SIGNAL_NAMES, SIGNALS, type Signal } from './signals.ts';
import { WINDOWS } from './windows.ts';

/** The highest score; points above it change nothing. */
export const MOST_POINTS = 100;
/** No ratio and no count is told beyond this. */
export const MOST_VALUE = 1_000_000_000;

const threshold = z.int().min(0).max(MOST_VALUE);

const ruleFields = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be 1 to 64 small letters, digits or -'),
  /** For whoever reads the reasons. */
  about: z.string().min(1).max(200),
  signal: z.enum(SIGNAL_NAMES, { error: `must be one of ${SIGNAL_NAMES.join(', ')}` }),
  window: z.enum(WINDOWS, { error: `must be one of ${WINDOWS.join(', ')}` }).optional(),
  /** The rule speaks when the value is this or more … */
  atLeast: threshold.optional(),
  /** … or this or less. A rule has one of the two. */
  atMost: threshold.optional(),
  /** Fewer samples than this say nothing. */
  minSamples: z.int().min(1).max(MOST_VALUE).optional(),
  points: z.int().min(1).max(MOST_POINTS),
});

export type RiskRule = z.output<typeof ruleFields>;

export const riskRule = ruleFields.superRefine((rule, context) => {
  for (const [field, message] of faultsOf(rule)) {
    context.addIssue({ code: 'custom', path: [field], message });
  }
});

function faultsOf(rule: RiskRule): [field: keyof RiskRule, message: string][] {
  const { isWindowed, samples }: Signal = SIGNALS[rule.signal];
  const faults: [keyof RiskRule, string][] = [];
  if (isWindowed && rule.window === undefined) {
    faults.push(['window', `${rule.signal} is measured in a window: name one`]);
  }
  if (!isWindowed && rule.window !== undefined) {
    faults.push(['window', `${rule.signal} is measured in no window`]);
  }
  if (samples === null && rule.minSamples !== undefined) {
    faults.push(['minSamples', `${rule.signal} has no samples`]);
  }
  if (rule.atLeast === undefined && rule.atMost === undefined) {
    faults.push(['atLeast', 'a rule needs atLeast or atMost']);
  }
  if (rule.atLeast !== undefined && rule.atMost !== undefined) {
    faults.push(['atMost', 'a rule has atLeast or atMost, not both']);
  }
  return faults;
}

const MOST_RULES = 100;
const MOST_ADDRESSES = 1_000;

/** What is scored, and from which score on what should be done. Points of rules add up. */
export const riskRuleSet = z
  .strictObject({
    reviewFrom: z.int().min(1).max(MOST_POINTS),
    holdFrom: z.int().min(1).max(MOST_POINTS),
    /** What games pay back of their stakes, in basis points. */
    expectedReturnBp: z.record(gameKind, z.int().min(1).max(20_000)),
    /** `chain/address` of exchanges and the like, which many players use without knowing others. */
    usedByMany: z.array(z.string().min(3).max(200)).max(MOST_ADDRESSES),
    rules: z.array(riskRule).min(1).max(MOST_RULES),
  })
  .superRefine(({ reviewFrom, holdFrom, rules }, context) => {
    if (holdFrom < reviewFrom) {
      const message = 'must not be below reviewFrom';
      context.addIssue({ code: 'custom', path: ['holdFrom'], message });
    }
    const ids = rules.map(({ id }) => id);
    ids.forEach((id, index) => {
      if (ids.indexOf(id) === index) return;
      context.addIssue({ code: 'custom', path: ['rules', index, 'id'], message: 'stands twice' });
    });
  });

export type RiskRuleSet = z.output<typeof riskRuleSet>;

/** A rule set with the version under which it stands in the log. */
export interface VersionedRules {
  readonly version: number;
  readonly ruleSet: RiskRuleSet;
}
