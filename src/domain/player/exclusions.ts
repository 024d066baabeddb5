import { z } from 'zod';

/**
 * A cool-off and a self-exclusion are the player's own wish, and nobody shortens them. A block is
 * the house's, which lifts it.
 */
export const exclusionKind = z.enum(['cool-off', 'self-exclusion', 'block']);
export type ExclusionKind = z.output<typeof exclusionKind>;

/** The newest word on one kind of exclusion. */
export interface Exclusion {
  readonly kind: ExclusionKind;
  /** Null: without an end. */
  readonly untilMs: number | null;
  /** False: it was lifted. */
  readonly stands: boolean;
  /** Counts the changes of all of a player's exclusions. */
  readonly change: number;
}

export const isInForce = ({ stands, untilMs }: Exclusion, nowMs: number): boolean =>
  stands && (untilMs === null || untilMs > nowMs);

/** One word for each kind: the newest. */
export const withNewest = (all: readonly Exclusion[], newest: Exclusion): Exclusion[] => [
  ...all.filter(({ kind }) => kind !== newest.kind),
  newest,
];
