import { hashOf } from '../../src/domain/account/key-hashes.ts';
import { type Archived, accept, type Decider, refuse, repeat } from '../../src/domain/decider.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import { rejection } from '../../src/domain/rejections.ts';
import { recordOf, runOf } from './pages.ts';

/** Adds once for each note; a note is a business key that only one tally may have. */
export interface Add {
  readonly type: 'Add';
  readonly tally: string;
  readonly note: string;
}

type Event = Extract<DomainEvent, { type: 'PlayerRegistered' }>;

export interface TallyState {
  total: number;
  /** By note: the total after it. */
  readonly notes: Map<string, number>;
  readonly changed: Set<string>;
  readonly absent: Set<string>;
  isComplete: boolean;
}

const noteOf = (what: Add | Event) => (what.type === 'Add' ? what.note : what.data.player);

const archived: Archived<TallyState, Add, Event> = {
  version: 1,
  missing(state, what) {
    const note = noteOf(what);
    if (state.isComplete || state.notes.has(note) || state.absent.has(note)) return [];
    return [note];
  },
  hashOf: (key) => hashOf(key),
  put(state, key, pages) {
    const record = recordOf(pages, key);
    if (record === undefined) state.absent.add(key);
    else state.notes.set(key, Number(record));
  },
  size: ({ notes }) => notes.size,
  snapshot(state) {
    const records = [...state.changed].map((key) => [key, String(state.notes.get(key))] as const);
    state.changed.clear();
    return { core: String(state.total), runs: [runOf(records)] };
  },
  restore: (core) => ({ ...tallyDecider.initialState(), total: Number(core), isComplete: false }),
  evict(state, keep) {
    state.isComplete = false;
    state.absent.clear();
    for (const note of state.notes.keys()) {
      if (state.notes.size <= keep) return;
      if (!state.changed.has(note)) state.notes.delete(note);
    }
  },
};

/**
 * The least state that an engine can keep in parts. It borrows an event of the registry: a note is
 * its `player`, the tally's name its `brand`. From `MOST` on it refuses.
 */
export const tallyDecider: Decider<TallyState, Add, Event> = {
  initialState: () => ({
    ...{ total: 0, notes: new Map(), changed: new Set(), absent: new Set() },
    isComplete: true,
  }),
  decide({ tally, note }, state) {
    if (state.notes.has(note)) return repeat;
    if (state.total >= MOST) return refuse(rejection('amount-too-large'));
    return accept({ type: 'PlayerRegistered', data: { brand: tally, player: note } });
  },
  evolve(state, event) {
    const { player: note } = event.data;
    if (state.notes.has(note)) throw new Error(`${note} stands twice`);
    state.total++;
    state.notes.set(note, state.total);
    state.changed.add(note);
    state.absent.delete(note);
    return state;
  },
  claims: {
    keysOf: ({ data }) => [data.player],
    taken: (_command, note) => rejection('key-reused', { note }),
  },
  archived,
};

export const MOST = 1_000;
