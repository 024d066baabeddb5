import { z } from 'zod';
import { canonicalJson } from '../canonical.ts';

/** What sort of game it was: limits and reports tell them apart. `other` where it isn't known. */
export const GAME_KINDS = [
  'slot',
  'table',
  'live',
  'crash',
  'sports',
  'lottery',
  'poker',
  'other',
] as const;

export const gameKind = z.enum(GAME_KINDS);
export type GameKind = z.output<typeof gameKind>;

/** Why a player gets money without having staked any. */
export const stakelessReason = z.enum(['promotion', 'tournament', 'free-round']);
export type StakelessReason = z.output<typeof stakelessReason>;

const MOST_KEYS = 20;
const MOST_BYTES = 1024;
const bytes = new TextEncoder();

/**
 * What a provider wants kept for audit (a multiplier, a bonus, a rate): flat, small, and no part of
 * the message's meaning. A fraction is text, because no float ever enters an event.
 */
export const auditData = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,39}$/, 'must be named by 1 to 40 letters or digits'),
    z.union([z.string(), z.boolean(), z.int()], {
      error: 'must be text, true or false, or a whole number; a fraction is written as text',
    }),
  )
  .superRefine((data, context) => {
    const keys = Object.keys(data).length;
    if (keys === 0) return;
    const message = keys > MOST_KEYS ? `must have at most ${MOST_KEYS} members` : tooLarge(data);
    if (message !== null) context.addIssue({ code: 'custom', message });
  })
  .meta({
    description: `Kept for audit, no part of the meaning: at most ${MOST_KEYS} members, 1 KiB`,
    examples: [{ multiplier: '2.5', bonus: false }],
  });

export type AuditData = z.output<typeof auditData>;

function tooLarge(data: object): string | null {
  try {
    return bytes.encode(canonicalJson(data)).length > MOST_BYTES ? 'must be at most 1 KiB' : null;
  } catch {
    return 'must hold only what canonical JSON can';
  }
}
