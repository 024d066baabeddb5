import { readFileSync } from 'node:fs';
import { type RiskRuleSet, riskRuleSet } from '../domain/risk/rule-set.ts';

/** Says which field of a file of rules is wrong, and why. */
export class RiskRulesError extends Error {
  override readonly name = 'RiskRulesError';
}

/** What is published where nothing was: readable, and a start for one's own. */
export const defaultRiskRules = (): RiskRuleSet =>
  readRiskRules(new URL('./risk-rules.json', import.meta.url));

/** Throws RiskRulesError that names every wrong field. */
export function readRiskRules(file: string | URL): RiskRuleSet {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new RiskRulesError(`${file} can't be read as JSON: ${(error as Error).message}`);
  }
  const parsed = riskRuleSet.safeParse(content);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    ({ path, message }) => `  ${path.join('.') || 'the whole'}: ${message}`,
  );
  throw new RiskRulesError(`${file} is no rule set:\n${lines.join('\n')}`);
}
