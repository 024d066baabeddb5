import { z } from 'zod';
import { streams } from '../domain/ids.ts';
import { type RiskRulesCommand, riskRulesDecider } from '../domain/risk/decide.ts';
import { riskMode, riskReason } from '../domain/risk/events.ts';
import { type RiskRuleSet, riskRuleSet } from '../domain/risk/rule-set.ts';
import type { CommandContext } from './engine.ts';
import { type Answer, execute, type House, type Placed, positionOf } from './house.ts';

export const publishRiskRulesInput = z.strictObject({
  mode: riskMode,
  reason: riskReason,
  ruleSet: riskRuleSet,
});

export const endRiskShadowInput = z.strictObject({ reason: riskReason });

export interface PublishedRiskRules extends Placed {
  /** Of the sets in force after it; null: there is none. */
  readonly active: number | null;
  readonly shadow: number | null;
}

const STREAM = streams.policy('risk');

/** Counts from its place in the log on. What was scored before keeps its score. */
export function publishRiskRules(
  house: House,
  input: z.output<typeof publishRiskRulesInput>,
  context: CommandContext,
): Promise<Answer<PublishedRiskRules>> {
  return run(house, { type: 'PublishRiskRules', ...input, isDefault: false }, context);
}

export function endRiskShadow(
  house: House,
  { reason }: z.output<typeof endRiskShadowInput>,
  context: CommandContext,
): Promise<Answer<PublishedRiskRules>> {
  return run(house, { type: 'EndRiskShadow', reason }, context);
}

/** Only where nothing was ever published: what people decided outlives every start. */
export async function publishDefaultRiskRules(
  house: House,
  ruleSet: RiskRuleSet,
  context: CommandContext,
): Promise<void> {
  const reason = 'the rules that come with the program';
  const command = { type: 'PublishRiskRules', mode: 'active', reason, ruleSet } as const;
  await run(house, { ...command, isDefault: true }, context);
}

function run(
  house: House,
  command: RiskRulesCommand,
  context: CommandContext,
): Promise<Answer<PublishedRiskRules>> {
  return execute(house, riskRulesDecider, STREAM, command, context, async (done) => ({
    active: done.state.active?.version ?? null,
    shadow: done.state.shadow?.version ?? null,
    position: await positionOf(house, STREAM, done),
    repeat: done.repeat,
  }));
}
