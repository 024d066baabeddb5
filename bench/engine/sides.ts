import type { EngineLimits } from '../../src/commands/engine.ts';
import { createSqlLedger, SqlLedger } from '../baselines/sql-ledger.ts';
import type { Check } from '../bench.ts';
import { drive } from '../measure.ts';
import type { Server } from '../servers.ts';
import { Answers } from './answers.ts';
import {
  bet,
  FIRST_BALANCE,
  GAME,
  PROVIDER,
  playerOf,
  roundOf,
  STAKE,
  transactionOf,
} from './bets.ts';
import { checkLog } from './check-log.ts';
import { checkSqlLedger } from './check-sql.ts';
import { openPostgresHouse } from './house.ts';
import { seedPostgres } from './seeding.ts';

/** One of the two that are measured: accounts from 1 that bets are made on. */
export interface Side {
  readonly url: string;
  readonly answers: Answers;
  bet(account: number): Promise<void>;
  /** Whether all that was acknowledged is there, and nothing that can't be. */
  check(): Promise<Check[]>;
  /** Removes what it kept, too. */
  close(): Promise<void>;
}

/** A database with a log in which accounts are open. */
export async function seededLog(server: Server, accounts: number): Promise<string> {
  const url = await server.database('engine');
  // Opened for its tables only: who measures opens it again, as cold as the service starts.
  await (await openPostgresHouse(url)).close();
  await seedPostgres(url, accounts);
  return url;
}

/** A database with the baseline's tables and the same accounts. */
export async function seededSqlLedger(server: Server, accounts: number): Promise<string> {
  const url = await server.database('sql');
  const names = Array.from({ length: accounts }, (_, index) => playerOf(index + 1));
  await createSqlLedger(url, names, FIRST_BALANCE);
  return url;
}

/** The engine over a log of its own with that many accounts, still cold. */
export async function openOurs(
  server: Server,
  accounts: number,
  limits: Partial<EngineLimits> = {},
): Promise<Side> {
  const url = await seededLog(server, accounts);
  const { house, close } = await openPostgresHouse(url, limits);
  const answers = new Answers();
  return {
    ...{ url, answers },
    bet: (account) => bet(house, answers, account),
    check: () => checkLog(house, answers),
    async close() {
      await close();
      await server.drop(url);
    },
  };
}

export interface SqlSide extends Side {
  readonly connections: () => number;
  resize(connections: number): Promise<void>;
  /** Tries pools of these sizes under this load and keeps the best. */
  tune(sizes: readonly number[], load: Tuning): Promise<void>;
}

export interface Tuning {
  readonly callers: number;
  readonly seconds: number;
  readonly account: () => number;
}

/**
 * Of the baseline's pool: what serves many accounts best. For one it isn't, because all wait for
 * one row; but a service has one pool, and doesn't know beforehand which account will be hot.
 */
export const POOL = 16;

export async function openSql(server: Server, accounts: number): Promise<SqlSide> {
  const url = await seededSqlLedger(server, accounts);
  let ledger = await SqlLedger.open(url, POOL);
  const answers = new Answers();
  const bet = async (account: number) => {
    const number = answers.next();
    const answer = await ledger.bet({
      ...{ account: playerOf(account), provider: PROVIDER, transaction: transactionOf(number) },
      ...{ round: roundOf(number), game: GAME, amount: STAKE },
    });
    if (!answer) throw new Error('a bet was refused by the baseline');
    answers.add(number, account, answer.id, answer.balance);
  };
  const resize = async (size: number) => {
    if (size === ledger.connections) return;
    await ledger.close();
    ledger = await SqlLedger.open(url, size);
  };
  return {
    ...{ url, answers, bet },
    connections: () => ledger.connections,
    resize,
    async tune(sizes, { callers, seconds, account }) {
      let best = { size: POOL, perSecond: 0 };
      for (const size of sizes) {
        await resize(size);
        const call = () => bet(account());
        const { perSecond } = await drive({ callers, seconds, call });
        if (perSecond > best.perSecond) best = { size, perSecond };
      }
      await resize(best.size);
    },
    check: () => checkSqlLedger(url, accounts, answers),
    async close() {
      await ledger.close();
      await server.drop(url);
    },
  };
}
