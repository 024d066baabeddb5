import type { Block } from './cadence.ts';
import type { AccountPlay, Play } from './play.ts';
import { newTally, type Stretch } from './windows.ts';

/*
 * How a player's play is kept: short, because every bet that is folded writes it. A stretch is its
 * index and its counts, empty where they are zero, without those at the end.
 */

type AccountText = [trail: string, deposit: number, withdrawal: number, minutes: number | null];
type BlockText = [intervals: number, sumMs: number, squares: number];

interface PlayText {
  readonly cadence: [lastMs: number, current: BlockText, previous: BlockText];
  readonly accounts: Record<string, AccountText>;
}

/** JSON; the same play has the same text, whatever order its currencies came in. */
export function playText({ cadence, accounts }: Play): string {
  const text: PlayText = {
    cadence: [cadence.lastMs, blockText(cadence.current), blockText(cadence.previous)],
    accounts: Object.fromEntries(
      [...accounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => [key, accountText(of)]),
    ),
  };
  return JSON.stringify(text);
}

export function playOf(text: string): Play {
  const { cadence, accounts } = JSON.parse(text) as PlayText;
  const [lastMs, current, previous] = cadence;
  return {
    cadence: { lastMs, current: blockOf(current), previous: blockOf(previous) },
    accounts: new Map(Object.entries(accounts).map(([key, of]) => [key, accountOf(of)])),
  };
}

const blockText = ({ intervals, sumMs, squares }: Block): BlockText => [intervals, sumMs, squares];
const blockOf = ([intervals, sumMs, squares]: BlockText): Block => ({ intervals, sumMs, squares });

function accountText(account: AccountPlay): AccountText {
  const trail = account.trail.map((ring) => ring.map(stretchText).join(';')).join('|');
  const { lastDepositMs, lastWithdrawalMs, minutesToWithdrawal } = account;
  return [trail, lastDepositMs, lastWithdrawalMs, minutesToWithdrawal];
}

function accountOf([text, lastDepositMs, lastWithdrawalMs, minutes]: AccountText): AccountPlay {
  const trail = text.split('|').map((ring) => (ring === '' ? [] : ring.split(';').map(stretchOf)));
  return { trail, lastDepositMs, lastWithdrawalMs, minutesToWithdrawal: minutes };
}

function stretchText(stretch: Stretch): string {
  const { index, bets, deposits, withdrawals, newDestinations } = stretch;
  const { deposited, wins, bonus, refunds, stakes } = stretch;
  let text = `${index},${bets || ''},${deposits || ''},${withdrawals || ''}`;
  text += `,${newDestinations || ''},${deposited || ''},${wins || ''},${bonus || ''}`;
  text += `,${refunds || ''}`;
  for (const stake of stakes) text += `,${stake || ''}`;
  let end = text.length;
  while (text[end - 1] === ',') end--;
  return text.slice(0, end);
}

function stretchOf(text: string): Stretch {
  const parts = text.split(',');
  const number = (place: number) => Number(parts[place] || 0);
  const amount = (place: number) => BigInt(parts[place] || 0);
  return {
    ...{ index: number(0), bets: number(1), deposits: number(2), withdrawals: number(3) },
    ...{ newDestinations: number(4), deposited: amount(5), wins: amount(6), bonus: amount(7) },
    refunds: amount(8),
    stakes: newTally().stakes.map((_, place) => amount(9 + place)),
  };
}
