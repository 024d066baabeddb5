import { accountDecider } from '../../domain/account/decide.ts';
import { decodeEvent } from '../../domain/events.ts';
import { type AccountRef, deterministicId, type PlayerRef, streams } from '../../domain/ids.ts';
import { playerDecider } from '../../domain/player/decide.ts';
import type { Exclusion } from '../../domain/player/exclusions.ts';
import { type Position, START } from '../../event-store.ts';
import type { CommandContext } from '../engine.ts';
import { execute, type House, positionOf } from '../house.ts';
import type { Policy } from './runner.ts';

/** Whenever a player is excluded or readmitted, every account of the player is told. */
export function heedExclusions(house: House): Policy {
  return {
    name: 'heed-exclusions',
    filter: { streamPrefixes: ['player-'], types: ['PlayerExcluded', 'PlayerReadmitted'] },
    async handle(recorded) {
      const { event, metadata } = decodeEvent(recorded);
      if (event.type !== 'PlayerExcluded' && event.type !== 'PlayerReadmitted') return;
      const { brand, player, kind } = event.data;
      const { exclusions } = await house.engine.load(playerDecider, recorded.stream);
      const newest = exclusions.find((each) => each.kind === kind);
      if (!newest) throw new Error(`${recorded.stream} has no ${kind}`);
      await heedEverywhere(house, { brand, player }, newest, {
        actor: { kind: 'system', id: 'heed-exclusions' },
        commandId: recorded.id,
        causationId: recorded.id,
        correlationId: metadata.correlationId,
      });
    },
  };
}

/** In every currency that there is, opening accounts: a bet could be the first event of one. */
export async function heedEverywhere(
  house: House,
  player: PlayerRef,
  exclusion: Exclusion,
  context: CommandContext,
): Promise<Position> {
  const currencies = [...house.assets.currencies.keys()];
  const positions = await Promise.all(
    currencies.map((currency) => heed(house, { ...player, currency }, exclusion, context)),
  );
  return latestOf(positions);
}

/** Positions sort as text. */
export const latestOf = (positions: readonly Position[]): Position =>
  positions.toSorted().at(-1) ?? START;

/** Named by the change that it brings: whoever brings it, and however often, it is written once. */
export async function heed(
  house: House,
  account: AccountRef,
  exclusion: Exclusion,
  context: CommandContext,
): Promise<Position> {
  const { brand, player } = account;
  const commandId = deterministicId('heed-exclusion', brand, player, `${exclusion.change}`);
  const stream = streams.account(account);
  const command = { type: 'HeedExclusion', account, exclusion } as const;
  const steps = { ...context, commandId };
  const done = await execute(house, accountDecider, stream, command, steps, (each) =>
    positionOf(house, stream, each),
  );
  if (!done.ok) throw new Error(`${stream}: ${done.rejection.message}`);
  return done.value;
}
