import { accept, type Decider, repeat } from '../decider.ts';
import type { ClockEvent } from './events.ts';

export interface SettleTime {
  readonly type: 'SettleTime';
  /** ISO 8601, UTC, milliseconds. */
  readonly settles: string;
}

export interface ClockState {
  /** Of the latest mark; nothing is later than -Infinity. */
  readonly latestMs: number;
}

/** Marks that a time is over, once for all times before the mark. */
export const clockDecider: Decider<ClockState, SettleTime, ClockEvent> = {
  initialState: () => ({ latestMs: Number.NEGATIVE_INFINITY }),

  decide({ settles }, { latestMs }) {
    if (latestMs > Date.parse(settles)) return repeat;
    return accept({ type: 'TimePassed', data: { settles } });
  },

  evolve({ latestMs }, _event, _revision, timeMs) {
    return { latestMs: Math.max(latestMs, timeMs) };
  },
};
