import { type Facts, factsText } from '../../domain/risk/facts.ts';
import type { UsedReference } from '../../domain/risk/links.ts';
import { newPlay, type Play } from '../../domain/risk/play.ts';
import { playOf, playText } from '../../domain/risk/play-text.ts';
import type { VersionedRules } from '../../domain/risk/rule-set.ts';
import { assess, type RiskOutcome } from '../../domain/risk/score.ts';
import { AddedRows } from '../rows/added-rows.ts';
import type { Cell } from '../rows/columns.ts';
import { KeyedRows } from '../rows/keyed-rows.ts';

/**
 * What a score is made from, at its moment. It is worked out when it is written: of all the moments
 * of a player between two flushes only the last one is.
 */
export interface Judgement {
  readonly position: string;
  readonly time: string;
  readonly facts: Facts;
  readonly active: VersionedRules | null;
  readonly shadow: VersionedRules | null;
}

/** As it is in the table. */
interface Written {
  readonly position: string;
  readonly time: string;
  readonly cells: readonly Cell[];
}

export interface PlayerRow {
  readonly brand: string;
  readonly player: string;
  used: readonly UsedReference[];
  /** Null until there are rules, and a moment to apply them. */
  judgement: Judgement | Written | null;
}

export interface WithdrawalRisk extends Judgement {
  readonly withdrawal: string;
  readonly brand: string;
  readonly player: string;
  readonly currency: string;
}

interface PlayRow {
  readonly brand: string;
  readonly player: string;
  readonly play: Play;
}

interface LinkRow {
  readonly link: string;
  readonly players: readonly string[];
}

const PLAYERS_IN_MEMORY = 20_000;
const LINKS_IN_MEMORY = 50_000;

export const playRows = () =>
  new KeyedRows<PlayRow>({
    table: 'risk_play',
    keyColumns: 2,
    columns: { brand: 'text', player: 'text', play: 'text' },
    toCells: ({ brand, player, play }) => [brand, player, playText(play)],
    fromCells: ([brand, player, play]) => ({
      ...{ brand: brand ?? '', player: player ?? '' },
      play: play ? playOf(play) : newPlay(),
    }),
    bound: PLAYERS_IN_MEMORY,
  });

export const linkRows = () =>
  new KeyedRows<LinkRow>({
    table: 'risk_links',
    keyColumns: 1,
    columns: { link: 'text', players: 'json' },
    toCells: ({ link, players }) => [link, JSON.stringify(players)],
    fromCells: ([link, players]) => ({ link: link ?? '', players: JSON.parse(players ?? '[]') }),
    bound: LINKS_IN_MEMORY,
  });

const judged = {
  ...{ score: 'int', outcome: 'text', rule_set: 'int', shadow_score: 'int' },
  ...{ shadow_outcome: 'text', assessment: 'json', facts: 'json' },
};

const NOT_JUDGED = ['0', 'pass' satisfies RiskOutcome, '0', null, null, null, null];

function judgedCells(judgement: Judgement | Written | null): readonly Cell[] {
  if (judgement === null) return NOT_JUDGED;
  if ('cells' in judgement) return judgement.cells;
  const { facts } = judgement;
  const active = assess(facts, judgement.active);
  const shadow = judgement.shadow && assess(facts, judgement.shadow);
  return [
    ...[`${active.score}`, active.outcome, `${active.ruleSet}`],
    ...(shadow === null ? [null, null] : [`${shadow.score}`, shadow.outcome]),
    ...[JSON.stringify({ active, shadow }), factsText(facts)],
  ];
}

export const playerRows = () =>
  new KeyedRows<PlayerRow>({
    table: 'risk_players',
    keyColumns: 2,
    columns: {
      ...{ brand: 'text', player: 'text', position: 'text', time: 'text' },
      ...{ ...judged, used: 'json' },
    },
    toCells: ({ brand, player, judgement, used }) => [
      ...[brand, player, judgement?.position ?? null, judgement?.time ?? null],
      ...judgedCells(judgement),
      JSON.stringify(used),
    ],
    fromCells: ([brand, player, position, time, ...rest]) => ({
      ...{ brand: brand ?? '', player: player ?? '', used: JSON.parse(rest.at(-1) ?? '[]') },
      judgement: position ? { position, time: time ?? '', cells: rest.slice(0, -1) } : null,
    }),
    bound: PLAYERS_IN_MEMORY,
  });

export const withdrawalRows = () =>
  new AddedRows<WithdrawalRisk>({
    table: 'risk_withdrawals',
    columns: {
      ...{ withdrawal: 'uuid', position: 'text', time: 'timestamptz' },
      ...{ brand: 'text', player: 'text', currency: 'text', ...judged },
    },
    toCells: (row) => [
      ...[row.withdrawal, row.position, row.time, row.brand, row.player, row.currency],
      ...judgedCells(row),
    ],
  });
