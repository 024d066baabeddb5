import { z } from 'zod';
import { RISK_OUTCOMES } from '../../../domain/risk/score.ts';
import type { Risk, RiskOfWithdrawal } from '../../../projections/read-models.ts';
import { asOf, position, time } from '../schemas.ts';

export const outcome = z.enum(RISK_OUTCOMES).meta({
  description: 'pass: nothing to do. review: a person should look. hold: nothing should move',
  examples: ['review'],
});

const reason = z.object({
  rule: z.string().meta({ examples: ['quick-way-out'] }),
  about: z.string(),
  signal: z.string().meta({ examples: ['deposit-to-withdrawal'] }),
  window: z.string().nullable(),
  value: z.int(),
  threshold: z.int(),
  side: z.enum(['at least', 'at most']),
  points: z.int(),
  currency: z.string().nullable().meta({ description: 'Null: of all the player has' }),
  reference: z.string().nullable().meta({ description: 'The address, device or network' }),
});

const assessment = z.object({
  ruleSet: z.int().meta({ description: 'Version; 0: no rules were published yet' }),
  score: z.int().meta({ description: '0 to 100', examples: [45] }),
  outcome,
  reasons: z.array(reason),
});

const risk = {
  brand: z.string(),
  player: z.string(),
  position,
  time,
  ...assessment.shape,
  shadow: assessment.nullable().meta({ description: 'Without effect. Null: no shadow stood' }),
  facts: z
    .record(z.string(), z.unknown())
    .meta({ description: 'What the rules were applied to; amounts in the smallest unit, as text' }),
};

export const playerRisk = z.object(risk);
export const withdrawalRisk = z.object({
  withdrawal: z.string(),
  currency: z.string(),
  ...risk,
});

export const readPlayerRisk = z
  .object({
    ...asOf,
    risk: playerRisk.nullable().meta({ description: 'Null: nothing gave reason to look yet' }),
  })
  .describe("The player's risk when they were last looked at");

export const readWithdrawalRisk = z
  .object({ ...asOf, risk: withdrawalRisk })
  .describe('The risk at the moment of the request; it never changes');

type Assessed = Risk['active'];

const assessmentOf = ({ reasons, ...rest }: Assessed) => ({
  ...rest,
  reasons: reasons.map((each) => ({ ...each })),
});

export const playerRiskOf = ({ active, shadow, facts, ...row }: Risk) => ({
  ...row,
  ...assessmentOf(active),
  shadow: shadow && assessmentOf(shadow),
  facts: { ...facts },
});

export const withdrawalRiskOf = ({ withdrawal, currency, ...row }: RiskOfWithdrawal) => ({
  ...{ withdrawal, currency, ...playerRiskOf(row) },
});
