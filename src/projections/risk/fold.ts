import type { DomainEvent } from '../../domain/events.ts';
import { type Facts, factsOf, type WithdrawalFacts } from '../../domain/risk/facts.ts';
import { follow, playerOf, referencesIn } from '../../domain/risk/follow.ts';
import { joined, linkKey, withReference } from '../../domain/risk/links.ts';
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

/**
 * Follows every player, and judges at moments that the log alone sets: a request of a withdrawal, a
 * credit, a session, every 50th bet. `candidate` stands in the shadow all the way,
 * whatever the log has there.
 */
export function riskFold(candidate: VersionedRules | null): Fold {
  const rules = ruleSets();
  const [plays, players, links, withdrawals] = [
    playRows(),
    playerRows(),
    linkRows(),
    withdrawalRows(),
  ];
  const tables = [plays, players, links, withdrawals, rules];

  const judge = (facts: Facts, { position, time }: ProjectedEvent): Judgement => {
    return { position, time, facts, active: rules.active, shadow: candidate ?? rules.shadow };
  };

  /** Puts the player on what the event shows; true when it was new to them. */
  const use = (row: PlayerRow, event: DomainEvent): boolean => {
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
  };

  const request = (row: PlayerRow, play: Play, of: ProjectedEvent, isNew: boolean) => {
    if (of.event.type !== 'WithdrawalRequested') return;
    const { withdrawal, brand, player, currency, chain, destination } = of.event.data;
    const atMs = Date.parse(of.time);
    countWithdrawal(play, currency, isNew, atMs);
    // Others may have come to what this player used long ago.
    row.used = row.used.map((each) => ({
      ...each,
      players: links.get(linkKey(each.use, each.reference))?.players.length ?? each.players,
    }));
    const what: WithdrawalFacts = {
      ...{ currency, destination: `${chain}/${destination}`, destinationIsNew: isNew },
    };
    const judgement = judge(factsOf(play, row.used, what, atMs), of);
    withdrawals.add({ withdrawal, brand, player, currency, ...judgement });
  };

  return {
    async load(batch, client) {
      await rules.load(batch, client);
      const keys = new Set(batch.flatMap(({ event }) => keyOf(event) ?? []));
      await plays.load(keys, client);
      await players.load(keys, client);
      await links.load(
        linksIn(batch, (key) => players.get(key)),
        client,
      );
    },
    apply(of) {
      const { event } = of;
      if (isRiskEvent(event)) return rules.apply(event, of);
      const ref = playerOf(event);
      const key = keyOf(event);
      if (ref === null || key === null) return;
      const { brand, player } = ref;
      const play = plays.get(key)?.play ?? newPlay();
      const atMs = Date.parse(of.time);
      let isMoment = follow(play, event, atMs);
      const touches = referencesIn(event).length > 0;
      if (isMoment || touches) {
        const row = players.get(key) ?? { brand, player, used: [], judgement: null };
        const isNew = use(row, event);
        if (event.type === 'WithdrawalRequested') {
          request(row, play, of, isNew);
          isMoment = true;
        }
        const hasRules = rules.active !== null || rules.shadow !== null || candidate !== null;
        if (isMoment && hasRules) {
          row.judgement = judge(factsOf(play, row.used, null, atMs), of);
        }
        if (touches || hasRules) players.set(key, row);
      }
      plays.set(key, { brand, player, play });
    },
    async flush(client) {
      for (const table of tables) await table.flush(client);
    },
    get pending() {
      return tables.reduce((sum, table) => sum + table.pending, 0);
    },
  };
}

/** Whose rows an event changes; null when it says nothing of any player. */
export function keyOf(event: DomainEvent): string | null {
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
