import { canonicalString } from '../canonical.ts';
import { GAME_KINDS } from './game-fields.ts';
import type { CreditedDeposit, Hold, Round, Transaction } from './records.ts';

/**
 * Records as the archive keeps them: JSON without white space, amounts as text. A list and not an
 * object, because there are millions. Another order is another version of the archive.
 */
export interface TextForm<R> {
  write(record: R): string;
  read(text: string): R;
}

/** By its place, so that the kinds there are stay in their order. */
const numberOf = (kind: Transaction['gameKind']) => (kind === '' ? -1 : GAME_KINDS.indexOf(kind));

export const transactionText: TextForm<Transaction> = {
  write: (t) =>
    `["${t.kind}",${t.revision},"${t.available}","${t.held}",${canonicalString(t.round)},` +
    `${canonicalString(t.game)},${canonicalString(t.reference)},"${t.amount}",${t.rolledBack},` +
    `${t.wins},${numberOf(t.gameKind)}]`,
  read(text) {
    const [kind, revision, available, held, round, game, reference, ...rest] = JSON.parse(text);
    const [amount, rolledBack, wins, kindOfGame] = rest;
    return {
      kind,
      revision,
      available: BigInt(available),
      held: BigInt(held),
      round,
      game,
      gameKind: GAME_KINDS[kindOfGame] ?? '',
      reference,
      amount: BigInt(amount),
      rolledBack,
      wins,
    };
  },
};

export const roundText: TextForm<Round> = {
  write: ({ closed, bets, wins }) => `[${closed},${bets},${wins}]`,
  read(text) {
    const [closed, bets, wins] = JSON.parse(text);
    return { closed, bets, wins };
  },
};

export const holdText: TextForm<Hold> = {
  write: (h) =>
    JSON.stringify([
      ...[h.asset, h.destination, `${h.amount}`, h.revision, `${h.available}`, `${h.held}`],
      h.status,
    ]),
  read(text) {
    const [asset, destination, amount, revision, available, held, status] = JSON.parse(text);
    return {
      asset,
      destination,
      amount: BigInt(amount),
      revision,
      available: BigInt(available),
      held: BigInt(held),
      status,
    };
  },
};

export const depositText: TextForm<CreditedDeposit> = {
  write: ({ epoch, amount, revision, status }) =>
    JSON.stringify([epoch, `${amount}`, revision, status]),
  read(text) {
    const [epoch, amount, revision, status] = JSON.parse(text);
    return { epoch, amount: BigInt(amount), revision, status };
  },
};
