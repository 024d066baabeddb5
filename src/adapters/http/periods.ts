import { z } from 'zod';
import type { PastOptions, Period, Point } from '../../projections/ledger-reads.ts';
import { parsePoint } from '../../projections/point.ts';
import { invalidInput } from './problems.ts';
import { given, POSITION, paging, waitFor } from './schemas.ts';

const point = (description: string) =>
  z
    .string()
    .transform((text, context): Point => {
      const found = parsePoint(text);
      if (found) return found;
      context.addIssue('must be a position from an earlier answer, or a time in UTC with a Z');
      return z.NEVER;
    })
    .optional()
    .meta({ description, type: 'string', examples: [POSITION] });

export const past = {
  asOf: point('A position or a time, which the answer includes: what a replay to there gives'),
  waitFor,
};

export const readingPast = z.strictObject(past);
export const pagingPast = { ...past, ...paging };
export const period = {
  from: point('Where the period begins: a position or a time, included'),
  to: point('Where it ends: a position or a time, not included'),
  ...past,
  ...paging,
};

const periodQuery = z.strictObject(period);
export type PeriodQuery = z.output<typeof periodQuery>;

type Asked<Name extends string> = { readonly [Key in Name]?: Point | undefined } & {
  readonly waitFor?: string | undefined;
};

export function pastOptions({ asOf, waitFor: wanted }: Asked<'asOf'>): PastOptions {
  return { ...(asOf && { asOf }), ...(wanted ? { waitFor: wanted } : {}) };
}

/** Throws the problem where the ends of a period contradict each other. */
export function periodOf(query: Asked<'from' | 'to' | 'asOf'>): Period {
  const { from, to, asOf } = query;
  if (to && asOf) throw wrong('asOf', 'and `to` can not both end a period');
  const end = to ?? asOf;
  if (from && end && isBefore(end, from)) {
    throw wrong('from', 'must not be after the end of the period');
  }
  return { ...pastOptions(query), ...(from && { from }), ...(to && { to }) };
}

/** In the scope of a cursor, so that it belongs to one period. */
export function scopeOf({ from, to, asOf }: Period): Record<string, string> {
  const texts = { from: from && textOf(from), to: to && textOf(to), asOf: asOf && textOf(asOf) };
  return given(texts) as Record<string, string>;
}

/** False where only the log could tell. */
function isBefore(a: Point, b: Point): boolean {
  if ('position' in a) return 'position' in b && a.position < b.position;
  return 'time' in b && Date.parse(a.time) < Date.parse(b.time);
}

const textOf = (at: Point): string => ('time' in at ? at.time : at.position);

const wrong = (field: string, message: string) => invalidInput([{ field, message, in: 'query' }]);
