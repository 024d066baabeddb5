import { canonicalJson } from '../canonical.ts';
import type { Archived } from '../decider.ts';
import { playFromJson, playToJson } from '../play/json.ts';
import type { AccountCommand } from './commands.ts';
import type { AccountEvent } from './events.ts';
import { hashOf, KeyHashes } from './key-hashes.ts';
import { type Kind, missingFor } from './needs.ts';
import { type Entry, recordIn, runsOf } from './record-pages.ts';
import type { Shelf } from './shelf.ts';
import { type AccountState, stateWith } from './state.ts';

const KINDS: readonly Kind[] = ['t', 'r', 'h', 'd'];
const NOTHING: readonly string[] = [];

function shelfOf(state: AccountState, kind: Kind): Shelf<object> {
  switch (kind) {
    case 't':
      return state.transactions;
    case 'r':
      return state.rounds;
    case 'h':
      return state.holds;
    case 'd':
      return state.deposits;
  }
}

const kindOf = (key: string) => key.charAt(0) as Kind;
const idOf = (key: string) => key.slice(2);

const recordsOf = (state: AccountState) =>
  KINDS.reduce((sum, kind) => sum + shelfOf(state, kind).size, 0);

const isWhole = (state: AccountState) => KINDS.every((kind) => shelfOf(state, kind).isWhole);

/**
 * An account of a million bets is a core of a few numbers, and records under `t <provider>
 * <transaction>`, `r <provider> <round>`, `h <withdrawal>` and `d <deposit>`.
 */
export const accountArchive: Archived<AccountState, AccountCommand, AccountEvent> = {
  version: 3,

  missing(state, what) {
    // By far the most have all in memory, and this is asked for every command.
    return isWhole(state) ? NOTHING : missingFor(state, what);
  },

  hashOf: (key) => hashOf(key),

  put(state, key, pages) {
    const shelf = shelfOf(state, kindOf(key));
    const id = idOf(key);
    for (const page of pages) {
      const record = recordIn(page, shelf.form, id);
      if (record) return shelf.put(id, record);
    }
    shelf.put(id, null);
  },

  // Asked for with every command too: what nothing has left isn't looked at.
  size: (state) => recordsOf(state) + (isWhole(state) ? 0 : state.gone.weight),

  snapshot(state) {
    const { ref, available, held, receivable, play } = state;
    const changed: Entry[] = [];
    const totals: Partial<Record<Kind, number>> = {};
    for (const kind of KINDS) {
      const shelf = shelfOf(state, kind);
      totals[kind] = shelf.total;
      const { mark } = shelf.form;
      shelf.takeChanged((bytes, at) => changed.push({ mark, bytes, at }));
    }
    const core = canonicalJson({
      ref: ref && { ...ref },
      available: `${available}`,
      held: `${held}`,
      receivable: `${receivable}`,
      play: playToJson(play),
      totals,
    });
    return { core, runs: runsOf(changed) };
  },

  restore(core, hashes) {
    const { ref, available, held, receivable, totals, play } = JSON.parse(core);
    const state = stateWith(KeyHashes.of(hashes), totals, playFromJson(play));
    state.ref = ref;
    state.available = BigInt(available);
    state.held = BigInt(held);
    state.receivable = BigInt(receivable);
    return state;
  },

  evict(state, keep) {
    const all = recordsOf(state);
    if (all <= keep) return;
    // Each kind gives up its share, so that a busy one doesn't push out the others.
    for (const kind of KINDS) {
      const shelf = shelfOf(state, kind);
      shelf.evict(Math.floor((shelf.size * keep) / all));
    }
  },
};
