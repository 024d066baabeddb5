import { canonicalJson } from '../canonical.ts';
import { accept, type Decider, repeat } from '../decider.ts';
import type { RiskEvent, RiskMode } from './events.ts';
import type { RiskRuleSet, VersionedRules } from './rule-set.ts';

/** The rule sets in force. */
export interface RiskRules {
  /** How many were ever published. */
  readonly published: number;
  readonly active: VersionedRules | null;
  readonly shadow: VersionedRules | null;
}

export type RiskRulesCommand =
  | {
      readonly type: 'PublishRiskRules';
      readonly mode: RiskMode;
      readonly reason: string;
      readonly ruleSet: RiskRuleSet;
      /** Only where nothing was ever published: a start replaces nothing that people decided. */
      readonly isDefault: boolean;
    }
  | { readonly type: 'EndRiskShadow'; readonly reason: string };

export const NO_RULES: RiskRules = { published: 0, active: null, shadow: null };

export const riskRulesDecider: Decider<RiskRules, RiskRulesCommand, RiskEvent> = {
  initialState: () => NO_RULES,

  decide(command, state) {
    const { published, shadow } = state;
    const { reason } = command;
    if (command.type === 'EndRiskShadow') {
      if (shadow === null) return repeat;
      return accept({ type: 'RiskShadowEnded', data: { version: shadow.version, reason } });
    }
    const { mode, ruleSet, isDefault } = command;
    if (isDefault && published > 0) return repeat;
    if (isSame(state[mode], ruleSet)) return repeat;
    const version = published + 1;
    const done: RiskEvent = {
      type: 'RiskRulesPublished',
      data: { version, mode, reason, ruleSet },
    };
    // What was tried in the shadow is now what counts: beside itself it would show nothing.
    if (mode === 'shadow' || shadow === null || !isSame(shadow, ruleSet)) return accept(done);
    return accept<RiskEvent>(done, {
      type: 'RiskShadowEnded',
      data: { version: shadow.version, reason },
    });
  },

  evolve: evolveRules,
};

export function evolveRules(state: RiskRules, event: RiskEvent): RiskRules {
  if (event.type === 'RiskShadowEnded') return { ...state, shadow: null };
  const { version, mode, ruleSet } = event.data;
  return { ...state, published: version, [mode]: { version, ruleSet } };
}

const isSame = (stands: VersionedRules | null, ruleSet: RiskRuleSet): boolean =>
  stands !== null && canonicalJson(stands.ruleSet) === canonicalJson(ruleSet);
