import { randomBytes } from 'node:crypto';
import type { BenchOptions, BenchResult } from '../bench.ts';
import { HttpConnection, type SigningKey } from '../http/client.ts';
import { type Service, startService } from '../http/service.ts';
import { duel } from '../measure.ts';
import type { Server } from '../servers.ts';
import { Answers, placeOf } from './answers.ts';
import { betBody, PROVIDER } from './bets.ts';
import { checkLog } from './check-log.ts';
import { checkSqlLedger } from './check-sql.ts';
import { ACCOUNTS, anyAccount, duelFigures, eachOnce, paceOf } from './crowds.ts';
import { openPostgresHouse } from './house.ts';
import { seededLog, seededSqlLedger } from './sides.ts';

const CONNECTIONS = 64;
/** What served 64 callers best wherever it was tried; the pool is in the service's process. */
const POOL = 16;
const NAME = `signed HTTP, ${CONNECTIONS} connections`;

interface Answered {
  readonly position: string;
  readonly available: string;
}

/** Callers on connections of their own; each service in a process of its own. */
export async function runHttp(server: Server, options: BenchOptions): Promise<BenchResult> {
  options.say(NAME);
  const key = { id: 'bench', secret: randomBytes(32).toString('hex') };
  const ours = await openRemote('engine', await seededLog(server, ACCOUNTS), key);
  const sql = await openRemote('sql', await seededSqlLedger(server, ACCOUNTS), key);
  try {
    for (const { bet } of [ours, sql]) await eachOnce(ACCOUNTS, bet, CONNECTIONS);
    const result = await duel({
      ...{ ...paceOf(options), callers: CONNECTIONS },
      ours: (caller) => ours.bet(anyAccount(), caller),
      baseline: (caller) => sql.bet(anyAccount(), caller),
    });
    await ours.stop();
    await sql.stop();
    const { house, close } = await openPostgresHouse(ours.url);
    const checks = await checkLog(house, ours.answers);
    await close();
    checks.push(...(await checkSqlLedger(sql.url, ACCOUNTS, sql.answers)));
    const ratio = { name: NAME, value: result.ratio, gate: 2, aim: 3, bound: 'at least' } as const;
    return {
      ratios: [ratio],
      figures: duelFigures('Over HTTP', NAME, result, `SQL, pool of ${POOL}`),
      checks: checks.map((check) => ({ ...check, name: `HTTP: ${check.name}` })),
    };
  } finally {
    await ours.stop();
    await sql.stop();
    await server.drop(ours.url);
    await server.drop(sql.url);
  }
}

interface Remote {
  readonly url: string;
  readonly answers: Answers;
  bet(account: number, caller: number): Promise<void>;
  stop(): Promise<void>;
}

async function openRemote(kind: 'engine' | 'sql', url: string, key: SigningKey): Promise<Remote> {
  const service = await startService(kind, {
    ...{ databaseUrl: url, keyId: key.id, secret: key.secret, provider: PROVIDER },
    connections: POOL,
  });
  const connections = await connect(service, key);
  const answers = new Answers();
  return {
    ...{ url, answers },
    async bet(account, caller) {
      const connection = connections[caller];
      if (!connection) throw new RangeError(`no connection ${caller}`);
      const number = answers.next();
      const body = JSON.stringify(betBody(number, account));
      const answer = await connection.post('/v1/bets', body);
      if (answer.status !== 200)
        throw new Error(`${kind} answered ${answer.status} ${answer.body}`);
      const { position, available } = JSON.parse(answer.body) as Answered;
      answers.add(number, account, placeOf(position), Number(available));
    },
    async stop() {
      for (const connection of connections) connection.close();
      await service.stop();
    },
  };
}

function connect({ port }: Service, key: SigningKey): Promise<HttpConnection[]> {
  return Promise.all(Array.from({ length: CONNECTIONS }, () => HttpConnection.open(port, key)));
}
