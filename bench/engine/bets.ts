import type { GameContext } from '../../src/commands/game.ts';
import type { House } from '../../src/commands/house.ts';
import { placeBet, placeBetInput } from '../../src/commands/place-bet.ts';
import { type Answers, placeOf } from './answers.ts';

/** All that the benchmark bets and who bets it: what a bet needs is told here and nowhere else. */
export const BRAND = 'main';
export const PROVIDER = 'bench-games';
/** Of histories that stand in a log before anything is measured. */
export const SEEDED_PROVIDER = 'seeded-games';
export const CURRENCY = 'USDT';
export const GAME = 'dice';
export const STAKE = 1;
export const FIRST_BALANCE = 1_000_000_000;

/** What every bet shows: each account has a session with the same. */
export const TOKEN = 'session-of-the-benchmark'.padEnd(43, '_');

const NAME_DIGITS = 7;

/** Accounts have numbers from 1; 0 stands for any account in a template. */
export const playerOf = (account: number) => `p${String(account).padStart(NAME_DIGITS, '0')}`;
export const accountOf = (player: string) => Number(player.slice(1));
export const transactionOf = (number: number) => `t${number}`;
export const roundOf = (number: number) => `r${number}`;
export const transactionNumber = (transaction: string) => Number(transaction.slice(1));

const DEFAULTS = placeBetInput.parse({
  ...{ brand: BRAND, player: playerOf(1), currency: CURRENCY },
  ...{ transaction: 't', round: 'r', game: GAME, amount: String(STAKE) },
  session: TOKEN,
});

/** Last in a bet: V8 takes nine microseconds for an object in which what is spread stands first. */
const { player: _p, transaction: _t, round: _r, ...THE_SAME } = DEFAULTS;

const CONTEXT: GameContext = {
  actor: { kind: 'game-service', id: 'bench' },
  correlationId: 'bench',
};

/** The body of `POST /v1/bets`. */
export function betBody(number: number, account: number): Record<string, string> {
  const [player, transaction] = [playerOf(account), transactionOf(number)];
  const { brand, currency, game, amount, session } = DEFAULTS;
  const round = roundOf(number);
  return { brand, player, currency, transaction, round, game, amount, session };
}

/** The body of `POST /v1/batches`: as many bets on one account. */
export function batchBody(numbers: readonly number[], account: number): object {
  const { brand, currency, game, amount, session } = DEFAULTS;
  const messages = numbers.map((number) => {
    const [transaction, round] = [transactionOf(number), roundOf(number)];
    return { type: 'bet', transaction, round, game, amount, session };
  });
  return { brand, player: playerOf(account), currency, messages };
}

/** One bet as the HTTP route makes it, once it is parsed. */
export async function bet(house: House, answers: Answers, account: number): Promise<void> {
  const number = answers.next();
  const input = {
    player: playerOf(account),
    transaction: transactionOf(number),
    round: roundOf(number),
    ...THE_SAME,
  };
  const answer = await placeBet(house, PROVIDER, input, CONTEXT);
  if (!answer.ok) throw new Error(`a bet was refused: ${answer.rejection.code}`);
  const { position, available } = answer.value;
  answers.add(number, account, placeOf(position), Number(available));
}
