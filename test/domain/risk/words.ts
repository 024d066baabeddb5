import { expect } from 'vitest';
import { defaultRiskRules } from '../../../src/config/risk-rules.ts';
import type { DomainEvent } from '../../../src/domain/events.ts';
import { type Facts, factsOf } from '../../../src/domain/risk/facts.ts';
import { follow } from '../../../src/domain/risk/follow.ts';
import type { UsedReference } from '../../../src/domain/risk/links.ts';
import { countWithdrawal, newPlay, type Play } from '../../../src/domain/risk/play.ts';
import type { RiskRule, RiskRuleSet } from '../../../src/domain/risk/rule-set.ts';
import { assess } from '../../../src/domain/risk/score.ts';

/** The words of the risk rules' specs. Short times are of Wednesday, the 11th of March 2026. */
export const ms = (time: string) =>
  Date.parse(time.length <= 8 ? `2026-03-11T${time}Z` : `${time}:00Z`);

type Fields = Record<string, unknown>;

const event = (type: DomainEvent['type'], data: Fields) =>
  ({ type, data: { brand: 'main', player: 'p-1', currency: 'USDT', ...data } }) as DomainEvent;

export const bet = (amount: string, gameKind = 'slot', currency = 'USDT') =>
  event('BetDebited', { amount, gameKind, currency });
export const win = (amount: string) => event('WinCredited', { amount });
export const winTakenBack = (amount: string) => event('WinRolledBack', { amount });
export const betTakenBack = (amount: string, gameKind: string | null = 'slot') =>
  event('BetRolledBack', { amount, gameKind });
export const credit = (amount: string) => event('StakelessCredited', { amount });
export const creditTakenBack = (amount: string) => event('StakelessRolledBack', { amount });
export const deposit = (amount: string, currency = 'USDT') =>
  event('DepositCredited', { amount, currency });
export const depositTakenBack = (amount: string) => event('DepositReversed', { amount });
/** `isNew`: whether the player had nothing to do with its address before. */
export const request = (isNew = false, currency = 'USDT') =>
  event('WithdrawalRequested', { currency, isNew });

export interface Moment {
  readonly timeMs: number;
  readonly events: readonly DomainEvent[];
}

export const at = (time: string, ...events: DomainEvent[]): Moment => ({
  ...{ timeMs: ms(time), events },
});

/** So many, each so long after the one before it. */
export const every = (
  seconds: number,
  from: string,
  count: number,
  make: (place: number) => DomainEvent,
): Moment[] =>
  Array.from({ length: count }, (_, place) => ({
    timeMs: ms(from) + place * seconds * 1000,
    events: [make(place)],
  }));

export function played(moments: readonly Moment[]): Play {
  const play = newPlay();
  for (const { timeMs, events } of moments) {
    for (const each of events) {
      follow(play, each, timeMs);
      if (each.type !== 'WithdrawalRequested') continue;
      const { currency, isNew } = each.data as unknown as { currency: string; isNew: boolean };
      countWithdrawal(play, currency, isNew, timeMs);
    }
  }
  return play;
}

/** What a rule says but its id, points and words. */
export type Condition = Omit<RiskRule, 'id' | 'points' | 'about'>;

const DESTINATION = 'eip155:1/0xD';

/** Of a player who shares things with others, or of a withdrawal that they ask for. */
export interface Seen {
  readonly used?: readonly UsedReference[];
  readonly withdrawal?: { readonly currency: string; readonly isNew: boolean };
  readonly usedByMany?: readonly string[];
}

/** `given(moments).when(condition).at(time).thenSpeaks(value)`: one rule, on what happened. */
export const given = (...moments: (Moment | Moment[])[]) => ({
  when: (condition: Condition, seen: Seen = {}) => ({
    at(time: string) {
      const facts = factsAt(moments.flat(), time, seen);
      const rule = { id: 'it', about: 'it', points: 7, ...condition };
      const { usedByMany = [] } = seen;
      const ruleSet = { ...defaultRiskRules(), usedByMany: [...usedByMany], rules: [rule] };
      const { reasons, score } = assess(facts, { version: 1, ruleSet });
      return {
        thenSpeaks(value: number, of: { currency?: string; reference?: string } = {}) {
          expect(reasons).toMatchObject([{ rule: 'it', value, ...of }]);
          expect(score).toBe(7);
        },
        thenIsSilent: () => expect({ reasons, score }).toEqual({ reasons: [], score: 0 }),
      };
    },
  }),
});

export function factsAt(moments: readonly Moment[], time: string, seen: Seen = {}): Facts {
  const { used = [], withdrawal } = seen;
  const what = withdrawal && {
    ...{ currency: withdrawal.currency, destination: DESTINATION },
    destinationIsNew: withdrawal.isNew,
  };
  return factsOf(played(moments), used, what ?? null, ms(time));
}

/** Which of the rules that come with the program speak. */
export const speaking = (facts: Facts, ruleSet: RiskRuleSet = defaultRiskRules()) =>
  assess(facts, { version: 1, ruleSet }).reasons.map(({ rule }) => rule);
