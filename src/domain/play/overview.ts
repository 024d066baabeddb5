import { type LimitKind, type LimitSource, limitKind } from './events.ts';
import { isPendingAt, lowest, valueAt } from './limits.ts';
import { usedOf } from './may-play.ts';
import { calendarAt, isoOf, PERIODS, type Period } from './periods.ts';
import type { PlayState } from './state.ts';

export interface LimitNow {
  readonly kind: LimitKind;
  readonly period: Period;
  readonly source: LimitSource;
  /** As text; null: none. */
  readonly limit: string | null;
  readonly pending: { readonly limit: string | null; readonly effectiveAt: string } | null;
}

export interface UsageNow {
  readonly kind: LimitKind;
  readonly period: Period;
  readonly used: string;
  /** The lowest of all sources. */
  readonly limit: string | null;
  readonly resetsAt: string;
}

export interface LimitsNow {
  readonly limits: readonly LimitNow[];
  readonly usage: readonly UsageNow[];
}

const MINUTE_MS = 60_000n;
const textOf = (value: bigint | null) => (value === null ? null : `${value}`);

/** Limits and what is used of them, at one moment: for people, so nothing here needs to be fast. */
export function limitsAt(play: PlayState, nowMs: number): LimitsNow {
  const limits = play.limits.map((limit) => ({
    kind: limit.kind,
    period: limit.period,
    source: limit.source,
    limit: textOf(valueAt(limit, nowMs)),
    pending: isPendingAt(limit, nowMs)
      ? { limit: textOf(limit.next), effectiveAt: isoOf(limit.nextAtMs ?? nowMs) }
      : null,
  }));
  const usage = limitKind.options.flatMap((kind) =>
    PERIODS.map((period, index) => {
      const used = usedOf(play, kind, index, nowMs);
      return {
        ...{ kind, period },
        used: `${kind === 'session-time' ? used / MINUTE_MS : used}`,
        limit: textOf(lowest(play.limits, kind, period, nowMs)?.value ?? null),
        resetsAt: isoOf(calendarAt(nowMs)[index]?.endMs ?? nowMs),
      };
    }),
  );
  return { limits, usage };
}
