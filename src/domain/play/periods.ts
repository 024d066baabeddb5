export const PERIODS = ['day', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];

const DAY_MS = 86_400_000;

export interface Span {
  readonly startMs: number;
  /** The first moment that is no more of it. */
  readonly endMs: number;
}

/** The day, the week (Monday first, as ISO 8601 has it) and the month of one moment, in UTC. */
export type Calendar = readonly [day: Span, week: Span, month: Span];

/** Days since 1970, in UTC. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);

let newest: Calendar = calendarOf(0);

/** Worked out once for each day: bets ask for it by the ten thousand. */
export function calendarAt(ms: number): Calendar {
  const [day] = newest;
  if (ms < day.startMs || ms >= day.endMs) newest = calendarOf(dayOf(ms));
  return newest;
}

function calendarOf(dayNumber: number): Calendar {
  const date = new Date(dayNumber * DAY_MS);
  // Day 0 was a Thursday.
  const monday = dayNumber - ((dayNumber + 3) % 7);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return [
    { startMs: dayNumber * DAY_MS, endMs: (dayNumber + 1) * DAY_MS },
    { startMs: monday * DAY_MS, endMs: (monday + 7) * DAY_MS },
    { startMs: Date.UTC(year, month, 1), endMs: Date.UTC(year, month + 1, 1) },
  ];
}

export const isoOf = (ms: number): string => new Date(ms).toISOString();
