import type { Block } from './cadence.ts';
import type { AccountPlay, Play } from './play.ts';
import { newStretch, type Stretch, type Trail } from './windows.ts';

/*
 * How a player's play is kept: short and quickly made, because every bet that is folded writes it.
 * A line of the bets and their rhythm, then one a currency: its moments, and ring by ring its
 * stretches, whose zeros are empty, or left out at the end. No part can hold what stands between.
 */

/** The same play has the same text, in whatever order its currencies came in. */
export function playText({ bets, cadence, accounts }: Play): string {
  const { lastMs, current, previous } = cadence;
  let text = `${bets},${lastMs},${blockText(current)},${blockText(previous)}`;
  const currencies = accounts.size > 1 ? [...accounts.keys()].sort() : accounts.keys();
  for (const currency of currencies) {
    const account = accounts.get(currency);
    if (account === undefined) continue;
    const { lastDepositMs, lastWithdrawalMs, minutesToWithdrawal, trail } = account;
    text += `\n${currency},${lastDepositMs},${lastWithdrawalMs},${minutesToWithdrawal ?? ''}`;
    for (const ring of trail) text += `|${ringText(ring)}`;
  }
  return text;
}

export function playOf(text: string): Play {
  const [cadence = '', ...lines] = text.split('\n');
  const [bets = 0, lastMs = 0, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = cadence
    .split(',')
    .map(Number);
  return {
    bets,
    cadence: {
      lastMs,
      current: { intervals: a, sumMs: b, squares: c },
      previous: { intervals: d, sumMs: e, squares: f },
    },
    accounts: new Map(lines.map(accountOf)),
  };
}

const blockText = ({ intervals, sumMs, squares }: Block) => `${intervals},${sumMs},${squares}`;

function accountOf(line: string): [currency: string, account: AccountPlay] {
  const [head = '', ...rings] = line.split('|');
  const [currency = '', deposit, withdrawal, minutes] = head.split(',');
  const trail: Trail = rings.map((ring) => (ring === '' ? [] : ring.split(';').map(stretchOf)));
  const account: AccountPlay = {
    ...{ trail, lastDepositMs: Number(deposit), lastWithdrawalMs: Number(withdrawal) },
    minutesToWithdrawal: minutes === '' ? null : Number(minutes),
  };
  return [currency, account];
}

function ringText(ring: readonly Stretch[]): string {
  let text = '';
  for (const stretch of ring)
    text += text === '' ? stretchText(stretch) : `;${stretchText(stretch)}`;
  return text;
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
  const stretch = newStretch(number(0));
  stretch.bets = number(1);
  stretch.deposits = number(2);
  stretch.withdrawals = number(3);
  stretch.newDestinations = number(4);
  stretch.deposited = amount(5);
  stretch.wins = amount(6);
  stretch.bonus = amount(7);
  stretch.refunds = amount(8);
  for (let place = 9; place < parts.length; place++) stretch.stakes[place - 9] = amount(place);
  return stretch;
}
