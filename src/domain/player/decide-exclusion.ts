import { accept, type Decision, refuse, repeat } from '../decider.ts';
import type { PlayerRef } from '../ids.ts';
import { isoOf } from '../play/periods.ts';
import { type Rejection, rejection } from '../rejections.ts';
import type { PlayerEvent } from './events.ts';
import { type Exclusion, type ExclusionKind, isInForce, withNewest } from './exclusions.ts';

export interface Exclude {
  readonly type: 'ExcludePlayer';
  readonly kind: ExclusionKind;
  /** Null: without an end. A cool-off always has one. */
  readonly untilMs: number | null;
}

export interface Readmit {
  readonly type: 'ReadmitPlayer';
  readonly kind: ExclusionKind;
}

/** What the player asked for is only ever made longer; a block is the house's to change. */
export function exclude(
  player: PlayerRef,
  { kind, untilMs }: Exclude,
  all: readonly Exclusion[],
  nowMs: number,
): Decision<PlayerEvent> {
  const known = inForce(all, kind, nowMs);
  if (known?.untilMs === untilMs) return repeat;
  if (untilMs !== null && untilMs <= nowMs) return refuse(rejection('term-not-in-future'));
  if (known && kind !== 'block' && endOf(untilMs) < endOf(known.untilMs)) {
    return refuse(stands(known));
  }
  const until = untilMs === null ? null : isoOf(untilMs);
  return accept({
    type: 'PlayerExcluded',
    data: { ...player, kind, until, change: nextChange(all) },
  });
}

export function readmit(
  player: PlayerRef,
  { kind }: Readmit,
  all: readonly Exclusion[],
  nowMs: number,
): Decision<PlayerEvent> {
  const known = inForce(all, kind, nowMs);
  if (known === undefined) return repeat;
  if (kind !== 'block') return refuse(stands(known));
  return accept({ type: 'PlayerReadmitted', data: { ...player, kind, change: nextChange(all) } });
}

export function evolveExclusion(
  all: readonly Exclusion[],
  event: Extract<PlayerEvent, { type: 'PlayerExcluded' | 'PlayerReadmitted' }>,
): readonly Exclusion[] {
  const { kind, change } = event.data;
  if (event.type === 'PlayerReadmitted') {
    return withNewest(all, { kind, untilMs: null, stands: false, change });
  }
  const { until } = event.data;
  const untilMs = until === null ? null : Date.parse(until);
  return withNewest(all, { kind, untilMs, stands: true, change });
}

const inForce = (all: readonly Exclusion[], kind: ExclusionKind, nowMs: number) =>
  all.find((each) => each.kind === kind && isInForce(each, nowMs));

const endOf = (untilMs: number | null): number => untilMs ?? Number.POSITIVE_INFINITY;

const nextChange = (all: readonly Exclusion[]): number =>
  1 + all.reduce((newest, { change }) => Math.max(newest, change), 0);

function stands({ kind, untilMs }: Exclusion): Rejection {
  const until = untilMs === null ? {} : { until: isoOf(untilMs) };
  return rejection('exclusion-stands', { kind, ...until });
}
