import type { Assessment, RiskOutcome } from '../../domain/risk/score.ts';
import type { Position } from '../../event-store.ts';
import type { AsOf, Page, PageRequest, ReadOptions } from '../read-models.ts';
import type { RuleSetRow } from './rule-sets.ts';

/** A score and all that it was made from. */
export interface Risk {
  readonly brand: string;
  readonly player: string;
  /** Of the event at which it was taken, and its time. */
  readonly position: Position;
  readonly time: string;
  readonly active: Assessment;
  /** Shown, and without effect. Null: no rules stood in the shadow. */
  readonly shadow: Assessment | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Taken at the moment of the request; it never changes. */
export interface RiskOfWithdrawal extends Risk {
  readonly withdrawal: string;
  readonly currency: string;
}

export type ShownRuleSet = Omit<RuleSetRow, 'ruleSet'>;

export interface RiskFilter extends PageRequest {
  readonly brand?: string;
  readonly outcome?: RiskOutcome;
}

export interface RiskReadModel {
  /** Undefined: the player was never looked at. */
  playerRisk(
    player: { readonly brand: string; readonly player: string },
    options?: ReadOptions,
  ): Promise<AsOf<Risk | undefined>>;
  withdrawalRisk(id: string, options?: ReadOptions): Promise<AsOf<RiskOfWithdrawal | undefined>>;
  /** The highest score first. */
  playersByRisk(filter: RiskFilter, options?: ReadOptions): Promise<AsOf<Page<Risk>>>;
  /** The highest score first, and of equal ones the newest. */
  withdrawalsByRisk(
    filter: RiskFilter & { readonly player?: string },
    options?: ReadOptions,
  ): Promise<AsOf<Page<RiskOfWithdrawal>>>;
  /** The newest first, without the rules themselves. */
  riskRuleSets(request: PageRequest, options?: ReadOptions): Promise<AsOf<Page<ShownRuleSet>>>;
  riskRuleSet(
    version: number,
    options?: ReadOptions,
  ): Promise<
    AsOf<(ShownRuleSet & { readonly ruleSet: Readonly<Record<string, unknown>> }) | undefined>
  >;
}
