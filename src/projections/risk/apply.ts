import type { EventType } from '../../domain/events.ts';
import { PLAYER_EVENTS } from '../../domain/risk/follow.ts';
import type { RiskRuleSet } from '../../domain/risk/rule-set.ts';
import type { Projection } from '../projection.ts';
import { riskFold } from './fold.ts';

const types: readonly EventType[] = [...PLAYER_EVENTS, 'RiskRulesPublished', 'RiskShadowEnded'];

export const risk: Projection = {
  name: 'risk',
  version: 1,
  types,
  tables: new URL('./tables.sql', import.meta.url),
  tableNames: ['risk_withdrawals', 'risk_players', 'risk_play', 'risk_links', 'risk_rule_sets'],
  // One for all: players share things, so without one player's event others' rows would be wrong,
  // and those of withdrawals never change.
  keyOf: () => 'risk',
  open: () => riskFold(null),
};

/** The same rows with a rule set in the shadow that isn't in the log. */
export const riskWith = (candidate: RiskRuleSet): Projection => ({
  ...risk,
  // No version of the log's.
  open: () => riskFold({ version: 0, ruleSet: candidate }),
});
