import { setTimeout as sleep } from 'node:timers/promises';
import { tokenOf } from '../support/sessions.ts';
import { ask, KEYS, type Reply } from './api-client.ts';

const REQUEST_TIMEOUT_MS = 10_000;
const RETRY_MS = 30;
/** Nobody gives up before that: a caller that doesn't know must go on asking. */
const GIVE_UP_MS = 60_000;

export interface Message {
  readonly path: '/v1/bets' | '/v1/wins' | '/v1/rollbacks';
  readonly body: Readonly<Record<string, string>> & { readonly transaction: string };
}

/** Null while nobody is there: what can't be sent proves nothing, and thousands cost time. */
export type WhereTo = () => string | null;

/** All that was ever answered about one transaction. */
export interface Told {
  readonly message: Message;
  readonly accepted: Reply['body'][];
  readonly refused: Reply['body'][];
}

export interface Load {
  readonly told: ReadonlyMap<string, Told>;
  /** Requests that were sent and had no answer, or one that says nothing about the outcome. */
  readonly lost: number;
  /** Answers that no caller should ever see. */
  readonly strange: readonly string[];
  /** Ends after the messages at hand have their final answers. */
  stop(): Promise<void>;
}

interface Progress {
  readonly told: Map<string, Told>;
  readonly strange: string[];
  lost: number;
  stopping: boolean;
}

/** Game services that send at least once: the same message again until there is a final answer. */
export function startLoad(callers: number, players: readonly string[], url: WhereTo): Load {
  const progress: Progress = { told: new Map(), strange: [], lost: 0, stopping: false };
  const ended = Promise.all(
    Array.from({ length: callers }, (_, caller) => run(caller, players, url, progress)),
  );
  return {
    told: progress.told,
    strange: progress.strange,
    get lost() {
      return progress.lost;
    },
    async stop() {
      progress.stopping = true;
      await ended;
    },
  };
}

async function run(
  caller: number,
  players: readonly string[],
  url: WhereTo,
  progress: Progress,
): Promise<void> {
  for (let count = 0; !progress.stopping; count++) {
    for (const { message, copies } of game(caller, count, players, progress)) {
      await Promise.all(Array.from({ length: copies }, () => deliver(message, url, progress)));
    }
  }
}

const pick = <Item>(items: readonly Item[]): Item => {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

/** A round: a bet, and then a win, a rollback, both, or nothing; now and then in a wrong order. */
function game(
  caller: number,
  count: number,
  players: readonly string[],
  { told }: Progress,
): { message: Message; copies: number }[] {
  const name = `${caller}-${count}`;
  const account = { player: pick(players), currency: 'USDT' };
  const round = `round-${name}`;
  const amount = () => String(1 + Math.floor(Math.random() * 5_000_000));
  const message = (path: Message['path'], transaction: string, rest: Record<string, string>) => ({
    message: { path, body: { ...account, transaction, ...rest } },
    // Some networks deliver a message twice at the same time.
    copies: Math.random() < 0.1 ? 2 : 1,
  });
  const game = 'dice';
  const session = tokenOf('acme-games');
  const bet = message('/v1/bets', `bet-${name}`, { round, game, session, amount: amount() });
  const win = message('/v1/wins', `win-${name}`, { round, game, amount: amount() });
  const undo = message('/v1/rollbacks', `undo-${name}`, { target: `bet-${name}` });
  const earlier = told.get(`bet-${caller}-${count - 1 - Math.floor(Math.random() * 50)}`);
  const again = earlier ? [{ message: earlier.message, copies: 1 }] : [];
  return pick([[bet], [bet, win], [bet, win], [bet, undo], [undo, bet], [bet, win, ...again]]);
}

async function deliver(message: Message, url: WhereTo, progress: Progress): Promise<void> {
  const { transaction } = message.body;
  const told = progress.told.get(transaction) ?? { message, accepted: [], refused: [] };
  progress.told.set(transaction, told);
  const deadline = Date.now() + GIVE_UP_MS;
  while (Date.now() < deadline) {
    const reply = await send(message, url());
    if (typeof reply === 'object') {
      if (reply.status === 200) return void told.accepted.push(reply.body);
      if (reply.status < 500) return void told.refused.push(reply.body);
      if (reply.status !== 503) progress.strange.push(JSON.stringify(reply));
    }
    if (reply !== 'not sent') progress.lost++;
    await sleep(RETRY_MS);
  }
  progress.strange.push(`${transaction} never had a final answer`);
}

/** Where the connection broke after it stood, the message may be done or not. */
async function send(
  { path, body }: Message,
  url: string | null,
): Promise<Reply | 'not sent' | 'lost'> {
  if (url === null) return 'not sent';
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  try {
    return await ask(url, KEYS.game, { method: 'POST', path, body, signal });
  } catch (error) {
    const { code } = error as { code?: unknown };
    return code === 'ECONNREFUSED' ? 'not sent' : 'lost';
  }
}
