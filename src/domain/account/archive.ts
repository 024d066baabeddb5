import { canonicalJson } from '../canonical.ts';
import type { Archived } from '../decider.ts';
import { playFromJson, playToJson } from '../play/json.ts';
import type { AccountCommand } from './commands.ts';
import type { AccountEvent } from './events.ts';
import { type Kind, needsOf } from './needs.ts';
import { depositBytes, holdBytes, roundBytes, transactionBytes } from './record-bytes.ts';
import {
  depositText,
  holdText,
  roundText,
  type TextForm,
  transactionText,
} from './record-texts.ts';
import { Shelf } from './shelf.ts';
import { type AccountState, initialState } from './state.ts';

const KINDS: readonly Kind[] = ['t', 'r', 'h', 'd'];
const FORMS = { t: transactionText, r: roundText, h: holdText, d: depositText } as const;
/** A kind's form for that kind's records: which the compiler can't see through the letter. */
const formOf = (kind: Kind) => FORMS[kind] as unknown as TextForm<object>;
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

const size = (state: AccountState) =>
  KINDS.reduce((sum, kind) => sum + shelfOf(state, kind).size, 0);

/**
 * An account of a million bets is a core of a few numbers, and records under `t <provider>
 * <transaction>`, `r <provider> <round>`, `h <withdrawal>` and `d <deposit>`.
 */
export const accountArchive: Archived<AccountState, AccountCommand, AccountEvent> = {
  version: 2,

  missing(state, what) {
    // By far the most have all in memory, and this is asked for every command.
    if (KINDS.every((kind) => shelfOf(state, kind).isWhole)) return NOTHING;
    return needsOf(state, what).filter((key) => shelfOf(state, kindOf(key)).isMissing(idOf(key)));
  },

  put(state, key, record) {
    const kind = kindOf(key);
    shelfOf(state, kind).put(idOf(key), record === null ? null : formOf(kind).read(record));
  },

  size,

  snapshot(state) {
    const { ref, available, held, receivable, play } = state;
    const records = new Map<string, string>();
    const known = new Set<string>();
    const totals: Partial<Record<Kind, number>> = {};
    for (const kind of KINDS) {
      const shelf = shelfOf(state, kind);
      totals[kind] = shelf.total;
      const { write } = formOf(kind);
      shelf.takeChanged((id, record, isKnown) => {
        const key = `${kind} ${id}`;
        records.set(key, write(record));
        if (isKnown) known.add(key);
      });
    }
    const core = canonicalJson({
      ref: ref && { ...ref },
      available: `${available}`,
      held: `${held}`,
      receivable: `${receivable}`,
      play: playToJson(play),
      totals,
    });
    return { core, records, known };
  },

  restore(core) {
    const { ref, available, held, receivable, totals, play } = JSON.parse(core);
    return {
      ...initialState(),
      ref,
      available: BigInt(available),
      held: BigInt(held),
      receivable: BigInt(receivable),
      transactions: new Shelf(transactionBytes, totals.t),
      rounds: new Shelf(roundBytes, totals.r),
      holds: new Shelf(holdBytes, totals.h),
      deposits: new Shelf(depositBytes, totals.d),
      play: playFromJson(play),
    };
  },

  evict(state, keep) {
    const all = size(state);
    if (all <= keep) return;
    // Each kind gives up its share, so that a busy one doesn't push out the others.
    for (const kind of KINDS) {
      const shelf = shelfOf(state, kind);
      shelf.evict(Math.floor((shelf.size * keep) / all));
    }
  },
};
