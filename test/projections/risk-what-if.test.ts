import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { defaultRiskRules } from '../../src/config/risk-rules.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { RiskRuleSet } from '../../src/domain/risk/rule-set.ts';
import { NO_STREAM } from '../../src/event-store.ts';
import { digestAt } from '../../src/projections/digest.ts';
import { risk } from '../../src/projections/risk/apply.ts';
import { whatIf } from '../../src/projections/risk/what-if.ts';
import { runProjection } from '../../src/projections/runner.ts';
import { linesOf } from '../../src/risk-replay.ts';
import { eventually } from '../support/house.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type Happened, histories, recorded } from './risk-histories.ts';
import { expected } from './risk-oracle.ts';

/*
 * Goal: a replay with other rules says what they would have said, had they stood in the shadow from
 * the first event on, and leaves nothing behind. Method: the oracle goes over the history with them
 * published first, and tells each row anew.
 */
const other: RiskRuleSet = {
  ...defaultRiskRules(),
  ...{ reviewFrom: 10, holdFrom: 35 },
  rules: defaultRiskRules().rules.map((rule) => ({ ...rule, points: (rule.points % 20) + 1 })),
};

let database: FreshDatabase;
const store = new MemoryEventStore();
let history: Happened[];

beforeAll(async () => {
  database = await freshDatabase();
  const [sample = []] = fc.sample(histories, { numRuns: 1, seed: 5 });
  history = [published('active', 1, defaultRiskRules()), ...sample.filter(isNoRule)];
  for (const [revision, { id, type, data, metadata }] of recorded(history).entries()) {
    const expectedRevision = revision === 0 ? NO_STREAM : revision - 1;
    const events = [{ id, type, data, metadata }];
    const [outcome] = await store.append([{ stream: 'policy-any', expectedRevision, events }]);
    expect(outcome?.ok).toBe(true);
  }
});
afterAll(() => database.drop());

const isNoRule = ({ event }: Happened) => !event.type.startsWith('Risk');
const published = (mode: string, version: number, ruleSet: RiskRuleSet): Happened => ({
  event: {
    type: 'RiskRulesPublished',
    data: { version, mode, reason: 'why', ruleSet },
  } as DomainEvent,
  timeMs: Date.parse('2026-01-01T00:00:00Z'),
});

async function schemas(): Promise<unknown[]> {
  const { rows } = await database.pool.query(
    `select nspname from pg_namespace where nspname like 'risk%' order by 1`,
  );
  return rows;
}

it('P6 other rules are replayed over all history, beside a live read model that stays as it is', async () => {
  const { pool } = database;
  const ending = new AbortController();
  const { signal } = ending;
  const run = runProjection(risk, { store, pool, system: realSystem, signal, onError: () => {} });
  await eventually('it has caught up', async () => run.health().caughtUp);
  const before = [await digestAt(pool, risk, 'risk_v1'), await schemas()];

  const progress: number[] = [];
  const onProgress = (_: number, part: number) => progress.push(part);
  const lines: string[] = [];
  const options = { store, pool, system: realSystem, signal, onProgress };
  await whatIf(other, options, async (found) => {
    const [first, ...rest] = history;
    const whole = [first, published('shadow', 2, other), ...rest].flatMap((each) => each ?? []);
    for (const subject of ['withdrawals', 'players'] as const) {
      const wanted = expected(whole)[subject].flatMap(({ of, active, shadow }) =>
        shadow && (shadow.score !== active.score || shadow.outcome !== active.outcome)
          ? [{ of, was: active, wouldBe: { ...shadow, ruleSet: 0 } }]
          : [],
      );
      const told = [];
      for await (const each of found.differences(subject, null)) {
        const { withdrawal, brand, player, was, wouldBe } = each;
        told.push({ of: withdrawal ?? `${brand}.${player}`, was, wouldBe });
      }
      expect(new Set(told)).toEqual(new Set(wanted));
      expect(told.length).toBeGreaterThan(0);
      const moved = told.filter(({ was, wouldBe }) => was.outcome !== wouldBe.outcome).length;
      expect(found[subject]).toMatchObject({
        ...{ scored: expected(whole)[subject].length, otherOutcome: moved },
      });
    }
    expect(found.events).toBe(history.length);
    for await (const line of linesOf(found, 'other.json', 1)) lines.push(line);
  });
  expect(progress.at(-1)).toBe(1);
  expect(lines[0]).toMatch(/^other.json over \d+ events, up to \d{16}$/);
  expect(lines.join('\n')).toMatch(/withdrawals +\d+ scored, \d+ with another score, \d+ with/);
  expect(lines.at(-1)).toMatch(/^ {2}main\.p-\d {2}score \d+ -> \d+ {2}.*[-+]\d+ [a-z-]+/);

  expect([await digestAt(pool, risk, 'risk_v1'), await schemas()]).toEqual(before);
  ending.abort();
  await run.ended;
});
