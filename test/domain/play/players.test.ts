import { describe, it } from 'vitest';
import { playerDecider } from '../../../src/domain/player/decide.ts';
import type { PlayerEvent } from '../../../src/domain/player/events.ts';
import type { Exclusion } from '../../../src/domain/player/exclusions.ts';
import { timedSpecOf } from '../../support/spec.ts';
import { isoTime, ms } from './words.ts';

const player = { brand: 'main', player: 'p-1' };
const registered: PlayerEvent = { type: 'PlayerRegistered', data: player };
const playerSpec = timedSpecOf(playerDecider);

type Kind = Exclusion['kind'];
const excluded = (kind: Kind, until: string | null, change = 1): PlayerEvent => ({
  type: 'PlayerExcluded',
  data: { ...player, kind, until: until === null ? null : isoTime(until), change },
});
const exclude = (kind: Kind, until: string | null) =>
  ({
    type: 'ExcludePlayer',
    ...{ player, kind, untilMs: until === null ? null : ms(until) },
  }) as const;
const readmit = (kind: Kind) => ({ type: 'ReadmitPlayer', player, kind }) as const;
const readmitted = (kind: Kind, change: number): PlayerEvent => ({
  type: 'PlayerReadmitted',
  data: { ...player, kind, change },
});
const givenPlayer = (...events: PlayerEvent[]) =>
  playerSpec({ timeMs: ms('08:00'), events: [registered, ...events] });
const NINE = ms('09:00');

describe("a player's cool-off and self-exclusion", () => {
  it('have a term that ends in the future', () => {
    givenPlayer()
      .when(exclude('cool-off', '12:00'), NINE)
      .thenAccepts(excluded('cool-off', '12:00'));
    givenPlayer()
      .when(exclude('self-exclusion', null), NINE)
      .thenAccepts(excluded('self-exclusion', null));
    givenPlayer().when(exclude('cool-off', '09:00'), NINE).thenRefused('term-not-in-future');
  });

  it.each(['cool-off', 'self-exclusion'] as const)(
    "can't be shortened or lifted before their term (%s)",
    (kind) => {
      const history = givenPlayer(excluded(kind, '12:00'));
      const until = isoTime('12:00');
      history.when(exclude(kind, '11:00'), NINE).thenRefused('exclusion-stands', { kind, until });
      history.when(readmit(kind), NINE).thenRefused('exclusion-stands', { kind, until });
      history.when(exclude(kind, '12:00'), NINE).thenRepeat();
    },
  );

  it('can be made longer, and without an end they never end', () => {
    givenPlayer(excluded('self-exclusion', '12:00'))
      .when(exclude('self-exclusion', null), NINE)
      .thenAccepts(excluded('self-exclusion', null, 2));
    givenPlayer(excluded('self-exclusion', null))
      .when(exclude('self-exclusion', '2099-01-01T00:00'), NINE)
      .thenRefused('exclusion-stands', { kind: 'self-exclusion' });
    givenPlayer(excluded('self-exclusion', null))
      .when(readmit('self-exclusion'), ms('2099-01-01T00:00'))
      .thenRefused('exclusion-stands');
  });

  it('are over with their term: then there is nothing to lift, and a new one may be shorter', () => {
    const history = givenPlayer(excluded('cool-off', '12:00'));
    history.when(readmit('cool-off'), ms('12:00')).thenRepeat();
    history
      .when(exclude('cool-off', '14:00'), ms('13:00'))
      .thenAccepts(excluded('cool-off', '14:00', 2));
  });
});

describe("the house's block", () => {
  it('is lifted by staff, made shorter or longer at will', () => {
    const history = givenPlayer(excluded('block', '12:00'));
    history.when(readmit('block'), NINE).thenAccepts(readmitted('block', 2));
    history.when(exclude('block', '10:00'), NINE).thenAccepts(excluded('block', '10:00', 2));
    history.when(exclude('block', null), NINE).thenAccepts(excluded('block', null, 2));
    givenPlayer(excluded('block', null), readmitted('block', 2))
      .when(readmit('block'), NINE)
      .thenRepeat();
  });

  it('is of nobody who is not registered', () => {
    playerSpec().when(exclude('block', null), NINE).thenRefused('player-not-found');
    playerSpec().when(readmit('block'), NINE).thenRefused('player-not-found');
  });
});
