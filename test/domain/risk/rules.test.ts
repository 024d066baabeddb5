import { describe, expect, it } from 'vitest';
import { defaultRiskRules } from '../../../src/config/risk-rules.ts';
import { type RiskRulesCommand, riskRulesDecider } from '../../../src/domain/risk/decide.ts';
import type { RiskEvent, RiskMode } from '../../../src/domain/risk/events.ts';
import type { Use, UsedReference } from '../../../src/domain/risk/links.ts';
import { type RiskRuleSet, riskRuleSet } from '../../../src/domain/risk/rule-set.ts';
import { assess, outcomeOf } from '../../../src/domain/risk/score.ts';
import { SIGNALS } from '../../../src/domain/risk/signals.ts';
import { specOf } from '../../support/spec.ts';
import {
  at,
  bet,
  credit,
  deposit,
  every,
  factsAt,
  type Moment,
  request,
  type Seen,
  speaking,
  win,
} from './words.ts';

const NOW = '12:00:00';
const many = (count: number, make: () => ReturnType<typeof bet>) =>
  at('11:59:00', ...Array.from({ length: count }, make));
const used = (use: Use, players: number): { used: UsedReference[] } => ({
  used: [{ use, reference: 'eip155:1/0xD', players }],
});
const asked = (isNew: boolean): Seen => ({ withdrawal: { currency: 'USDT', isNew } });
/** Deposits that nothing else makes of interest. */
const paid = (count: number) => many(count, () => deposit('1'));

interface Case {
  readonly on?: readonly Moment[];
  readonly seen?: Seen;
}

const on = (...moments: Moment[]): Case => ({ on: moments });
const seeing = (seen: Seen): Case => ({ seen });

/** Of each rule that comes with the program: what it speaks of, and what is just too little. */
const CASES: Record<string, [speaks: Case, isSilent: Case]> = {
  'bets-in-an-hour': [on(many(1200, () => bet('5'))), on(many(1199, () => bet('5')))],
  'bets-in-a-day': [on(many(10_000, () => bet('5'))), on(many(9999, () => bet('5')))],
  'deposits-in-an-hour': [on(paid(6)), on(paid(5))],
  'withdrawals-in-a-day': [on(many(4, () => request())), on(many(3, () => request()))],
  'quick-way-out': [
    on(at('11:29:00', deposit('1')), at('11:59:59', request())),
    on(at('11:28:00', deposit('1')), at('11:59:59', request())),
  ],
  'hardly-played': [
    on(at('11:00:00', deposit('100'), bet('99'))),
    on(at('11:00:00', deposit('100'), bet('100'))),
  ],
  'too-lucky-in-a-day': [
    on(
      many(200, () => bet('10')),
      at('11:59:30', win('3840')),
    ),
    on(
      many(199, () => bet('10')),
      at('11:59:30', win('3840')),
    ),
  ],
  'too-lucky-in-a-month': [
    on(
      many(2000, () => bet('10')),
      at('11:59:30', win('22080')),
    ),
    on(
      many(2000, () => bet('10')),
      at('11:59:30', win('22079')),
    ),
  ],
  'lives-on-bonuses': [
    on(at('11:00:00', bet('1000'), credit('300'))),
    on(at('11:00:00', bet('1000'), credit('299'))),
  ],
  'even-rhythm': [
    on(...every(5, '11:00:00', 65, () => bet('5'))),
    on(...every(5, '11:00:00', 64, () => bet('5'))),
  ],
  'shared-destination': [seeing(used('destination', 2)), seeing(used('destination', 1))],
  'shared-source': [seeing(used('source', 2)), seeing(used('source', 1))],
  'shared-device': [seeing(used('device', 2)), seeing(used('device', 1))],
  'shared-network': [seeing(used('network', 5)), seeing(used('network', 4))],
  'new-destination': [seeing(asked(true)), seeing(asked(false))],
  'ever-new-destinations': [on(many(3, () => request(true))), on(many(2, () => request(true)))],
};

describe('the rules that come with the program', () => {
  it.each(Object.entries(CASES))(
    '%s speaks at its threshold, and not before',
    (rule, [speaks, isSilent]) => {
      const spoken = ({ on = [], seen = {} }: Case) => speaking(factsAt(on, NOW, seen));
      expect(spoken(speaks)).toContain(rule);
      expect(spoken(isSilent)).not.toContain(rule);
    },
  );

  it('are all tested, and between them use every signal', () => {
    const { rules } = defaultRiskRules();
    expect(rules.map(({ id }) => id).sort()).toEqual(Object.keys(CASES).sort());
    expect(new Set(rules.map(({ signal }) => signal))).toEqual(new Set(Object.keys(SIGNALS)));
  });

  it('say nothing of somebody who plays what they brought, and takes what is left home', () => {
    const life = [
      at('2026-03-09T20:00', deposit('1000')),
      ...every(17, '09:00:00', 60, (place) => bet(`${20 + ((place * 7) % 13)}`)),
      at('10:00:00', win('900')),
    ];
    const facts = factsAt([...life, at('11:00:00', request())], '11:00:00', asked(false));
    expect(assess(facts, { version: 1, ruleSet: defaultRiskRules() })).toMatchObject({
      ...{ ruleSet: 1, score: 0, outcome: 'pass', reasons: [] },
    });
  });
});

describe('a score', () => {
  const facts = factsAt([many(4, () => request(true))], NOW, asked(true));
  const ruleSet = defaultRiskRules();
  it('is the points of the rules that spoke, 100 at most, and says why', () => {
    const { score, reasons, outcome } = assess(facts, { version: 3, ruleSet });
    expect([score, outcome]).toEqual([45, 'review']);
    expect(reasons[0]).toEqual({
      ...{ rule: 'withdrawals-in-a-day', about: 'Many withdrawals in a day', points: 15 },
      ...{ signal: 'withdrawals', window: '24h', value: 4, threshold: 4, side: 'at least' },
      ...{ currency: null, reference: null },
    });
    const dear = { ...ruleSet, rules: ruleSet.rules.map((rule) => ({ ...rule, points: 90 })) };
    expect(assess(facts, { version: 3, ruleSet: dear })).toMatchObject({ score: 100 });
  });
  it('comes to what the set says of it, and without rules to nothing', () => {
    const set = { reviewFrom: 40, holdFrom: 80 };
    const outcomes = [0, 39, 40, 79, 80, 100].map((score) => outcomeOf(score, set));
    expect(outcomes).toEqual(['pass', 'pass', 'review', 'review', 'hold', 'hold']);
    expect(assess(facts, null)).toMatchObject({ ruleSet: 0, score: 0, outcome: 'pass' });
  });
});

describe('a rule set that is wrong', () => {
  type Changed = Record<string, unknown>;
  const faults = (change: Changed, rule: Changed = {}) => {
    const set = structuredClone(defaultRiskRules()) as RiskRuleSet;
    const rules = set.rules.map((each, place) => (place === 1 ? { ...each, ...rule } : each));
    const parsed = riskRuleSet.safeParse({ ...set, rules, ...change });
    return parsed.error?.issues.map(({ path }) => path.join('.')) ?? [];
  };
  it.each<[string, Changed, Changed, string]>([
    ['no window where one is needed', {}, { window: undefined }, 'rules.1.window'],
    ['a window where there is none', {}, { signal: 'cadence' }, 'rules.1.window'],
    ['an unknown window', {}, { window: '2h' }, 'rules.1.window'],
    ['an unknown signal', {}, { signal: 'luck' }, 'rules.1.signal'],
    ['no threshold', {}, { atLeast: undefined }, 'rules.1.atLeast'],
    ['two thresholds', {}, { atMost: 1 }, 'rules.1.atMost'],
    ['a fraction', {}, { atLeast: 0.5 }, 'rules.1.atLeast'],
    ['samples of what has none', {}, { minSamples: 5 }, 'rules.1.minSamples'],
    ['points beyond the most', {}, { points: 101 }, 'rules.1.points'],
    ['an id twice', {}, { id: 'bets-in-an-hour' }, 'rules.1.id'],
    ['a field that it does not know', {}, { atleast: 5 }, 'rules.1'],
    ['hold below review', { holdFrom: 39 }, {}, 'holdFrom'],
    ['a kind of game left out', { expectedReturnBp: { slot: 9600 } }, {}, 'expectedReturnBp.table'],
    ['no rules', { rules: [] }, {}, 'rules'],
  ])('is refused by the name of the field: %s', (_, change, rule, field) => {
    expect(faults({})).toEqual([]);
    expect(faults(change, rule)).toContain(field);
  });
});

describe('publishing', () => {
  const given = specOf(riskRulesDecider);
  const ruleSet = defaultRiskRules();
  const other = { ...ruleSet, holdFrom: 90 };
  const publish = (mode: RiskMode, set = ruleSet, isDefault = false): RiskRulesCommand => ({
    ...{ type: 'PublishRiskRules', mode, reason: 'why', ruleSet: set, isDefault },
  });
  const published = (version: number, mode: RiskMode, set = ruleSet): RiskEvent => ({
    type: 'RiskRulesPublished',
    data: { version, mode, reason: 'why', ruleSet: set },
  });
  const ended = (version: number): RiskEvent => ({
    type: 'RiskShadowEnded',
    data: { version, reason: 'why' },
  });

  it('counts versions over active and shadow alike', () => {
    given().when(publish('active')).thenAccepts(published(1, 'active'));
    given(published(1, 'active'))
      .when(publish('shadow', other))
      .thenAccepts(published(2, 'shadow', other));
    given(published(1, 'active'), published(2, 'shadow', other))
      .when(publish('shadow'))
      .thenAccepts(published(3, 'shadow'));
  });
  it('is a repeat of what stands in that mode', () => {
    given(published(1, 'active')).when(publish('active')).thenRepeat();
    given(published(1, 'shadow'))
      .when(publish('active'))
      .thenAccepts(published(2, 'active'), ended(1));
  });
  it('ends the shadow when what stood in it is now active, or when somebody says so', () => {
    const past = [published(1, 'active'), published(2, 'shadow', other)];
    given(...past)
      .when(publish('active', other))
      .thenAccepts(published(3, 'active', other), ended(2));
    given(...past)
      .when({ type: 'EndRiskShadow', reason: 'why' })
      .thenAccepts(ended(2));
    given(...past, ended(2))
      .when({ type: 'EndRiskShadow', reason: 'why' })
      .thenRepeat();
  });
  it('of the default replaces nothing that was ever published', () => {
    given()
      .when(publish('active', ruleSet, true))
      .thenAccepts(published(1, 'active'));
    given(published(1, 'shadow', other))
      .when(publish('active', ruleSet, true))
      .thenRepeat();
    given(published(1, 'active', other))
      .when(publish('active', ruleSet, true))
      .thenRepeat();
  });
});
