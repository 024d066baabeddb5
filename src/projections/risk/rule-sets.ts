import type { PoolClient } from 'pg';
import type { RiskEvent, RiskMode } from '../../domain/risk/events.ts';
import type { RiskRuleSet, VersionedRules } from '../../domain/risk/rule-set.ts';
import { actorOf, type ProjectedEvent } from '../projection.ts';
import { KeyedRows } from '../rows/keyed-rows.ts';

export interface RuleSetRow {
  readonly version: number;
  readonly position: string;
  readonly mode: RiskMode;
  readonly status: RiskMode | 'past';
  /** ISO 8601. */
  readonly publishedAt: string;
  readonly publishedBy: string;
  readonly reason: string;
  readonly endedAt: string | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
  /** JSON. */
  readonly ruleSet: string;
}

/** The rule sets, and which of them count at the place that the fold has reached. */
export interface RuleSets {
  readonly active: VersionedRules | null;
  readonly shadow: VersionedRules | null;
  load(batch: readonly ProjectedEvent[], client: PoolClient): Promise<void>;
  apply(event: RiskEvent, projected: ProjectedEvent): void;
  flush(client: PoolClient): Promise<void>;
  readonly pending: number;
}

export function ruleSets(): RuleSets {
  const rows = table();
  let isKnown = false;
  const inForce: Record<RiskMode, VersionedRules | null> = { active: null, shadow: null };

  const end = (mode: RiskMode, reason: string | null, { time, metadata }: ProjectedEvent) => {
    const ended = inForce[mode];
    const row = ended && rows.get(`${ended.version}`);
    inForce[mode] = null;
    if (!row) return;
    const by = { endedAt: time, endedBy: actorOf(metadata), endReason: reason };
    rows.set(`${row.version}`, { ...row, status: 'past', ...by });
  };

  return {
    get active() {
      return inForce.active;
    },
    get shadow() {
      return inForce.shadow;
    },
    async load(batch, client) {
      if (!isKnown) {
        for (const row of await standing(client)) inForce[row.status] = row;
        isKnown = true;
      }
      const mine = batch.flatMap(({ event }) => (isRiskEvent(event) ? [event.data.version] : []));
      if (mine.length === 0) return;
      const before = [inForce.active, inForce.shadow].flatMap((set) => set?.version ?? []);
      await rows.load(() => [...mine, ...before].map(String), client);
    },
    apply(event, projected) {
      if (event.type === 'RiskShadowEnded') return end('shadow', event.data.reason, projected);
      const { version, mode, reason, ruleSet } = event.data;
      end(mode, null, projected);
      inForce[mode] = { version, ruleSet };
      const { time, position, metadata } = projected;
      rows.set(`${version}`, {
        ...{ version, position, mode, status: mode, reason, publishedAt: time },
        ...{ publishedBy: actorOf(metadata), endedAt: null, endedBy: null, endReason: null },
        ruleSet: JSON.stringify(ruleSet),
      });
    },
    flush: (client) => rows.flush(client),
    get pending() {
      return rows.pending;
    },
  };
}

export const isRiskEvent = (event: { readonly type: string }): event is RiskEvent =>
  event.type === 'RiskRulesPublished' || event.type === 'RiskShadowEnded';

async function standing(client: PoolClient) {
  const { rows } = await client.query<{
    version: number;
    status: RiskMode;
    ruleSet: RiskRuleSet;
  }>(`select version, status, rule_set as "ruleSet" from risk_rule_sets where status <> 'past'`);
  return rows;
}

const table = () =>
  new KeyedRows<RuleSetRow>({
    table: 'risk_rule_sets',
    keyColumns: 1,
    columns: {
      ...{ version: 'int', position: 'text', mode: 'text', status: 'text' },
      ...{ published_at: 'text', published_by: 'text', reason: 'text' },
      ...{ ended_at: 'text', ended_by: 'text', end_reason: 'text', rule_set: 'json' },
    },
    toCells: (row) => [
      ...[`${row.version}`, row.position, row.mode, row.status],
      ...[row.publishedAt, row.publishedBy, row.reason],
      ...[row.endedAt, row.endedBy, row.endReason, row.ruleSet],
    ],
    fromCells: ([version, position, mode, status, ...rest]) => {
      const [publishedAt, publishedBy, reason, endedAt, endedBy, endReason, ruleSet] = rest;
      return {
        ...{ version: Number(version), position: position ?? '', mode: mode as RiskMode },
        ...{ status: status as RuleSetRow['status'], publishedAt: publishedAt ?? '' },
        ...{ publishedBy: publishedBy ?? '', reason: reason ?? '', ruleSet: ruleSet ?? '{}' },
        ...{ endedAt: endedAt ?? null, endedBy: endedBy ?? null, endReason: endReason ?? null },
      };
    },
  });
