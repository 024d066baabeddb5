/** A status and since when: the time of the event that brought it, ISO 8601. */
export interface Step {
  readonly status: string;
  readonly since: string;
}

/** What every row with a life has: the way that it went, the newest step last. */
export interface Way {
  readonly status: string;
  readonly steps: readonly Step[];
  /** Null while it goes on. */
  readonly endedAt: string | null;
}

export function beginWay(status: string, since: string): Way {
  return { status, steps: [{ status, since }], endedAt: null };
}

/** The row one step on. The same status again is no step: it stands since it was first entered. */
export function enter<Row extends Way>(
  row: Row,
  status: string,
  since: string,
  isEnd = false,
): Row {
  const endedAt = isEnd ? (row.endedAt ?? since) : null;
  if (status === row.status) return { ...row, endedAt };
  return { ...row, status, endedAt, steps: [...row.steps, { status, since }] };
}

export interface Ages {
  /** From its first event to its end, or until now while it has none. */
  readonly ageSeconds: number;
  /** In the present status, until now. */
  readonly statusSeconds: number;
  /** The last step of what has ended takes no time: null. */
  readonly steps: readonly (Step & { readonly seconds: number | null })[];
}

/** How old a thing is at a moment, and how long each step took, in whole seconds. */
export function agesOf({ steps, endedAt }: Way, nowMs: number): Ages {
  // Two processes' clocks may differ: a step that begins before the one it follows took no time.
  const seconds = (from: string, toMs: number) =>
    Math.max(0, Math.floor((toMs - Date.parse(from)) / 1_000));
  const endMs = endedAt === null ? nowMs : Date.parse(endedAt);
  const [first] = steps;
  const last = steps.at(-1);
  return {
    ageSeconds: first ? seconds(first.since, endMs) : 0,
    statusSeconds: last ? seconds(last.since, nowMs) : 0,
    steps: steps.map((step, index) => {
      const next = steps[index + 1];
      if (next) return { ...step, seconds: seconds(step.since, Date.parse(next.since)) };
      return { ...step, seconds: endedAt === null ? seconds(step.since, nowMs) : null };
    }),
  };
}
