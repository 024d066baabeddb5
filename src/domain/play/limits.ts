import type { LimitKind, LimitSource } from './events.ts';
import type { Period } from './periods.ts';

/** Minutes of session time, otherwise an amount; null: none. */
export type LimitValue = bigint | null;

export interface Limit {
  readonly kind: LimitKind;
  readonly period: Period;
  readonly source: LimitSource;
  readonly value: LimitValue;
  /** What it becomes at `nextAtMs`: nobody has to do anything then. */
  readonly next: LimitValue;
  readonly nextAtMs: number | null;
}

/** How long a limit that is raised or removed stands as it was: time to think again. */
export const RAISE_DELAY_MS = 24 * 3_600_000;

export function valueAt({ value, next, nextAtMs }: Limit, nowMs: number): LimitValue {
  return nextAtMs !== null && nextAtMs <= nowMs ? next : value;
}

export const isPendingAt = ({ nextAtMs }: Limit, nowMs: number): boolean =>
  nextAtMs !== null && nextAtMs > nowMs;

/** No limit is higher than any. */
export const isLower = (one: LimitValue, other: LimitValue): boolean =>
  one !== null && (other === null || one < other);

export function limitOf(
  limits: readonly Limit[],
  kind: LimitKind,
  period: Period,
  source: LimitSource,
): Limit | undefined {
  return limits.find((l) => l.kind === kind && l.period === period && l.source === source);
}

/** The one that counts; null when there is none. */
export function lowest(
  limits: readonly Limit[],
  kind: LimitKind,
  period: Period,
  nowMs: number,
): { readonly value: bigint; readonly source: LimitSource } | null {
  let found: { value: bigint; source: LimitSource } | null = null;
  for (const limit of limits) {
    if (limit.kind !== kind || limit.period !== period) continue;
    const value = valueAt(limit, nowMs);
    if (value === null || (found !== null && found.value <= value)) continue;
    found = { value, source: limit.source };
  }
  return found;
}
