import { type ByteReader, writeAmount, writeNumber, writeText } from './bytes.ts';
import { GAME_KINDS } from './game-fields.ts';
import { basisOf } from './key-hashes.ts';
import type { Kind } from './needs.ts';
import {
  type CreditedDeposit,
  DEPOSIT_STATUSES,
  HOLD_STATUSES,
  type Hold,
  type Round,
  TRANSACTION_KINDS,
  type Transaction,
} from './records.ts';

/**
 * An entry, on a shelf and in the archive, is a byte that marks it, its length, the hash of its id,
 * the id, and the record.
 */
export const LENGTH = 1;
export const HASH = 5;
export const ID = 9;

/**
 * Records of one kind as a shelf and the archive keep them. Another form is another version of the
 * archive.
 */
export interface ByteForm<R> {
  /** The first letter of their keys in the archive, as a byte. */
  readonly mark: number;
  /** That the hashes of their ids begin with, so that an id has another in each kind. */
  readonly basis: number;
  /** Returns where it ends, also where that is behind the end of the bytes. */
  write(bytes: Uint8Array, at: number, record: R): number;
  read(from: ByteReader): R;
  /**
   * For all shelves of the kind: in each of them, it would be one pointer more to a new object.
   * Null where remembering takes longer than reading.
   */
  readonly newest: Newest<R> | null;
}

/** The record that was added or read last, frozen: it is asked for again and again. */
interface Newest<R> {
  shelf: object | null;
  id: string;
  record: R | undefined;
}

/** It stands beside a transaction's kind, of which there are fewer. */
const ROLLED_BACK = 0x80;
/** All there are, and none. */
const KINDS_OF_GAMES = [...GAME_KINDS, ''] as const;

/** Throws TypeError for what isn't in the list: nothing could be read back. */
function placeOf<Member>(list: readonly Member[], member: Member): number {
  const place = list.indexOf(member);
  if (place < 0) throw new TypeError(`there is no ${member} among ${list}`);
  return place;
}

/** What stands there, as a place in the list, was written from it. */
const memberAt = <Member>(list: readonly Member[], place: number) => list[place] as Member;

const markOf = (kind: Kind) => kind.charCodeAt(0);

export const transactionBytes: ByteForm<Transaction> = {
  mark: markOf('t'),
  basis: basisOf('t '),
  newest: { shelf: null, id: '', record: undefined },
  write(bytes, start, record) {
    const kind = placeOf(TRANSACTION_KINDS, record.kind);
    bytes[start] = record.rolledBack ? kind | ROLLED_BACK : kind;
    bytes[start + 1] = placeOf(KINDS_OF_GAMES, record.gameKind);
    let at = writeNumber(bytes, start + 2, record.revision);
    at = writeNumber(bytes, at, record.wins);
    at = writeAmount(bytes, at, record.available);
    at = writeAmount(bytes, at, record.held);
    at = writeAmount(bytes, at, record.amount);
    at = writeText(bytes, at, record.round);
    at = writeText(bytes, at, record.game);
    return writeText(bytes, at, record.reference);
  },
  read(from) {
    const head = from.byte();
    const gameKind = memberAt(KINDS_OF_GAMES, from.byte());
    const [revision, wins] = [from.number(), from.number()];
    const [available, held, amount] = [from.amount(), from.amount(), from.amount()];
    const [round, game, reference] = [from.text(), from.text(), from.text()];
    return {
      kind: memberAt(TRANSACTION_KINDS, head & ~ROLLED_BACK),
      revision,
      available,
      held,
      round,
      game,
      gameKind,
      reference,
      amount,
      rolledBack: (head & ROLLED_BACK) !== 0,
      wins,
    };
  },
};

export const roundBytes: ByteForm<Round> = {
  mark: markOf('r'),
  basis: basisOf('r '),
  newest: null,
  write(bytes, at, { closed, bets, wins }) {
    bytes[at] = closed ? 1 : 0;
    return writeNumber(bytes, writeNumber(bytes, at + 1, bets), wins);
  },
  read(from) {
    const closed = from.byte() === 1;
    const bets = from.number();
    return { closed, bets, wins: from.number() };
  },
};

export const holdBytes: ByteForm<Hold> = {
  mark: markOf('h'),
  basis: basisOf('h '),
  newest: null,
  write(bytes, start, record) {
    bytes[start] = placeOf(HOLD_STATUSES, record.status);
    let at = writeText(bytes, start + 1, record.asset);
    at = writeText(bytes, at, record.destination);
    at = writeAmount(bytes, at, record.amount);
    at = writeNumber(bytes, at, record.revision);
    at = writeAmount(bytes, at, record.available);
    return writeAmount(bytes, at, record.held);
  },
  read(from) {
    const status = memberAt(HOLD_STATUSES, from.byte());
    const [asset, destination] = [from.text(), from.text()];
    const [amount, revision] = [from.amount(), from.number()];
    const available = from.amount();
    return { asset, destination, amount, revision, available, held: from.amount(), status };
  },
};

export const depositBytes: ByteForm<CreditedDeposit> = {
  mark: markOf('d'),
  basis: basisOf('d '),
  newest: null,
  write(bytes, start, { epoch, amount, revision, status }) {
    bytes[start] = placeOf(DEPOSIT_STATUSES, status);
    const at = writeNumber(bytes, start + 1, epoch);
    return writeNumber(bytes, writeAmount(bytes, at, amount), revision);
  },
  read(from) {
    const status = memberAt(DEPOSIT_STATUSES, from.byte());
    const epoch = from.number();
    const amount = from.amount();
    return { epoch, amount, revision: from.number(), status };
  },
};
