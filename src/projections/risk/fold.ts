import type { DomainEvent } from '../../domain/events.ts';
import type { PlayerRef } from '../../domain/ids.ts';
import { type Facts, factsOf } from '../../domain/risk/facts.ts';
import { follow, playerOf, referencesIn } from '../../domain/risk/follow.ts';
import { joined, linkKey, type UsedReference, withReference } from '../../domain/risk/links.ts';
import { countWithdrawal, newPlay, type Play } from '../../domain/risk/play.ts';
import type { VersionedRules } from '../../domain/risk/rule-set.ts';
import type { Fold, ProjectedEvent } from '../projection.ts';
import { rowKey } from '../rows/keyed-rows.ts';
import {
  type Judgement,
  linkRows,
  type PlayerRow,
  playerRows,
  playRows,
  withdrawalRows,
} from './rows.ts';
import { isRiskEvent, ruleSets } from './rule-sets.ts';

/** A read model's tables, and the rules that count where the fold is. */
function openTables(candidate: VersionedRules | null) {
  return {
    plays: playRows(),
    players: playerRows(),
    links: linkRows(),
    withdrawals: withdrawalRows(),
    rules: ruleSets(),
    candidate,
  };
}

type Tables = ReturnType<typeof openTables>;

/**
 * Follows every player, and judges at moments that the log alone sets: a request of a withdrawal, a
 * credit, a session, every 50th bet. `candidate` stands in the shadow all the way, whatever the log
 * has there.
 */
export function riskFold(candidate: VersionedRules | null): Fold {
  const tables = openTables(candidate);
  const { plays, players, links, withdrawals, rules } = tables;
  const written = [plays, players, links, withdrawals, rules];
  return {
    async load(batch, client) {
      await rules.load(batch, client);
      const keys = () => new Set(batch.flatMap(({ event }) => keyOf(event) ?? []));
      await plays.load(keys, client);
      await players.load(keys, client);
      await links.load(() => linksIn(batch, (key) => players.get(key)), client);
    },
    apply(of) {
      if (isRiskEvent(of.event)) return rules.apply(of.event, of);
      const ref = playerOf(of.event);
      if (ref === null) return;
      const { brand, player } = ref;
      const key = rowKey(brand, player);
      const known = plays.get(key);
      const play = known?.play ?? newPlay();
      const isMoment = follow(play, of.event, Date.parse(of.time));
      if (isMoment || referencesIn(of.event).length > 0) look(tables, key, ref, play, of);
      plays.set(key, known ?? { brand, player, play });
    },
    async flush(client) {
      for (const table of written) await table.flush(client);
    },
    get pending() {
      return written.reduce((sum, table) => sum + table.pending, 0);
    },
  };
}

function look(
  tables: Tables,
  key: string,
  { brand, player }: PlayerRef,
  play: Play,
  of: ProjectedEvent,
): void {
  const atMs = Date.parse(of.time);
  const row = tables.players.get(key) ?? { brand, player, used: [], judgement: null };
  const isNew = use(tables, row, of.event);
  if (of.event.type === 'WithdrawalRequested') {
    const { withdrawal, currency, chain, destination } = of.event.data;
    countWithdrawal(play, currency, isNew, atMs);
    row.used = row.used.map((each) => seenNow(tables, each));
    const facts = factsOf(
      play,
      row.used,
      { currency, destination: `${chain}/${destination}`, destinationIsNew: isNew },
      atMs,
    );
    const judgement = judge(tables, facts, of);
    tables.withdrawals.add({ withdrawal, brand, player, currency, ...judgement });
  }
  // Seeing a deposit come is no reason to look: its credit is.
  if (of.event.type !== 'DepositDetected' && hasRules(tables)) {
    row.judgement = judge(tables, factsOf(play, row.used, null, atMs), of);
  }
  tables.players.set(key, row);
}

/** Puts the player on what the event shows; true when it was new to them. */
function use({ links }: Tables, row: PlayerRow, event: DomainEvent): boolean {
  let isNew = false;
  const player = `${row.brand}.${row.player}`;
  for (const { use, reference } of referencesIn(event)) {
    const link = linkKey(use, reference);
    const before = links.get(link)?.players ?? [];
    const after = joined(before, player);
    if (after !== before) links.set(link, { link, players: after });
    isNew = !before.includes(player);
    row.used = withReference(row.used, { use, reference, players: after.length });
  }
  return isNew;
}

/** Others may have come to what the player used long ago. */
function seenNow({ links }: Tables, used: UsedReference): UsedReference {
  const link = links.get(linkKey(used.use, used.reference));
  return { ...used, players: link?.players.length ?? used.players };
}

const hasRules = ({ rules, candidate }: Tables): boolean =>
  rules.active !== null || rules.shadow !== null || candidate !== null;

function judge(
  { rules, candidate }: Tables,
  facts: Facts,
  { position, time }: ProjectedEvent,
): Judgement {
  return { position, time, facts, active: rules.active, shadow: candidate ?? rules.shadow };
}

/** Whose rows an event changes; null when it says nothing of any player. */
function keyOf(event: DomainEvent): string | null {
  const ref = playerOf(event);
  return ref && rowKey(ref.brand, ref.player);
}

/** What the events show, and whatever else was used by those who ask for a withdrawal. */
function linksIn(
  batch: readonly ProjectedEvent[],
  rowOf: (key: string) => PlayerRow | undefined,
): Set<string> {
  const keys = new Set<string>();
  for (const { event } of batch) {
    for (const { use, reference } of referencesIn(event)) keys.add(linkKey(use, reference));
    const key = event.type === 'WithdrawalRequested' ? keyOf(event) : null;
    const used = key === null ? [] : (rowOf(key)?.used ?? []);
    for (const { use, reference } of used) keys.add(linkKey(use, reference));
  }
  return keys;
}
