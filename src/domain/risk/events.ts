import { z } from 'zod';
import { define, type EventOf } from '../event-definition.ts';
import { riskRuleSet } from './rule-set.ts';

/** `shadow`: scored beside the active ones and shown, without effect. */
export const riskMode = z.enum(['active', 'shadow']);
export type RiskMode = z.output<typeof riskMode>;

const version = z.int().min(1);
/** Why, in a person's words. No names and nothing else that is personal belongs here. */
export const riskReason = z.string().min(1).max(200);

/** Who and when stands on the events themselves. Versions count active and shadow sets alike. */
export const riskEvents = {
  RiskRulesPublished: define(
    1,
    z.strictObject({ version, mode: riskMode, reason: riskReason, ruleSet: riskRuleSet }),
  ),
  RiskShadowEnded: define(1, z.strictObject({ version, reason: riskReason })),
};

export type RiskEvent = EventOf<typeof riskEvents>;
