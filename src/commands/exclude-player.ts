import { z } from 'zod';
import { type PlayerRef, streams } from '../domain/ids.ts';
import { playerDecider } from '../domain/player/decide.ts';
import { type Exclusion, exclusionKind } from '../domain/player/exclusions.ts';
import type { CommandContext } from './engine.ts';
import { type Answer, answer, execute, type House, type Placed, positionOf } from './house.ts';
import { heedEverywhere, latestOf } from './policies/heed-exclusions.ts';

export const excludePlayerInput = z
  .strictObject({
    kind: exclusionKind,
    until: z.iso
      .datetime()
      .nullable()
      .meta({
        description: 'The end of the term, in UTC; null: without one, not for a cool-off',
        examples: ['2030-01-01T00:00:00Z'],
      }),
  })
  .refine(({ kind, until }) => kind !== 'cool-off' || until !== null, {
    path: ['until'],
    message: 'must be a time for a cool-off',
  });

export const readmitPlayerInput = z.strictObject({ kind: exclusionKind });

export interface ChangedExclusions extends Placed {
  readonly exclusions: readonly Exclusion[];
}

/**
 * Keeps a player from playing. Written in the player's stream, and then, before this answers, in
 * every account: from then on no process anywhere accepts a bet. A crash between the two is made
 * good by the policy `heed-exclusions`, or by asking again.
 */
export function excludePlayer(
  house: House,
  player: PlayerRef,
  { kind, until }: z.output<typeof excludePlayerInput>,
  context: CommandContext,
): Promise<Answer<ChangedExclusions>> {
  const untilMs = until === null ? null : Date.parse(until);
  return change(house, { type: 'ExcludePlayer', player, kind, untilMs }, context);
}

/** Lifts a block. What players asked for themselves ends with its term and not before. */
export function readmitPlayer(
  house: House,
  player: PlayerRef,
  { kind }: z.output<typeof readmitPlayerInput>,
  context: CommandContext,
): Promise<Answer<ChangedExclusions>> {
  return change(house, { type: 'ReadmitPlayer', player, kind }, context);
}

type Change = Extract<
  Parameters<typeof playerDecider.decide>[0],
  { type: 'ExcludePlayer' | 'ReadmitPlayer' }
>;

async function change(
  house: House,
  command: Change,
  context: CommandContext,
): Promise<Answer<ChangedExclusions>> {
  const { player, kind } = command;
  const stream = streams.player(player);
  const done = await execute(house, playerDecider, stream, command, context, (value) => value);
  if (!done.ok) return done;
  const { state, repeat } = done.value;
  const { exclusions } = state;
  const position = await positionOf(house, stream, done.value);
  const newest = exclusions.find((each) => each.kind === kind);
  // In a repeat too: the first call may have ended half way.
  const heeded = newest ? await heedEverywhere(house, player, newest, context) : position;
  return answer({ exclusions, repeat, position: latestOf([position, heeded]) });
}
