import { randomBytes } from 'node:crypto';
import type { BenchOptions, BenchResult } from '../bench.ts';
import { HttpConnection, type SigningKey } from '../http/client.ts';
import { type Service, startService } from '../http/service.ts';
import { type Call, duel } from '../measure.ts';
import type { Server } from '../servers.ts';
import { Answers, placeOf } from './answers.ts';
import { batchBody, betBody, PROVIDER } from './bets.ts';
import { checkLog } from './check-log.ts';
import { checkSqlLedger } from './check-sql.ts';
import { ACCOUNTS, anyAccount, duelFigures, eachOnce, paceOf } from './crowds.ts';
import { openPostgresHouse } from './house.ts';
import { seededLog, seededSqlLedger } from './sides.ts';

const CONNECTIONS = 64;
/** What served 64 callers best wherever it was tried; the pool is in the service's process. */
const POOL = 16;
const SQL_NOTE = `SQL, pool of ${POOL}`;
const BATCH = 10;
const NAME = `signed HTTP, ${CONNECTIONS} connections`;
const BATCH_NAME = `${NAME}, ${BATCH} commands a request`;

interface Answered {
  readonly position: string;
  readonly available: string;
  /** Of a batch: each message's. */
  readonly results?: readonly { readonly available: string }[];
}

/** Callers on connections of their own; each service in a process of its own. */
export async function runHttp(server: Server, options: BenchOptions): Promise<BenchResult> {
  options.say(NAME);
  const key = { id: 'bench', secret: randomBytes(32).toString('hex') };
  const ours = await openRemote('engine', await seededLog(server, ACCOUNTS), key);
  const sql = await openRemote('sql', await seededSqlLedger(server, ACCOUNTS), key);
  try {
    for (const { bet } of [ours, sql]) await eachOnce(ACCOUNTS, bet, CONNECTIONS);
    const settings = { ...paceOf(options), callers: CONNECTIONS };
    const baseline: Call = (caller) => sql.bet(anyAccount(), caller);
    const single = await duel({
      ...{ ...settings, baseline },
      ours: (caller) => ours.bet(anyAccount(), caller),
    });
    options.say(BATCH_NAME);
    const batch = await duel({
      ...{ ...settings, baseline },
      ours: (caller) => ours.batch(anyAccount(), caller),
      commandsPerCall: { ours: BATCH, baseline: 1 },
    });
    await ours.stop();
    await sql.stop();
    const { house, close } = await openPostgresHouse(ours.url);
    const checks = await checkLog(house, ours.answers);
    await close();
    checks.push(...(await checkSqlLedger(sql.url, ACCOUNTS, sql.answers)));
    return {
      ratios: [
        { name: NAME, value: single.ratio, gate: 2, aim: 3, bound: 'at least' },
        { name: BATCH_NAME, value: batch.ratio, gate: 6, aim: 8, bound: 'at least' },
      ],
      figures: [
        ...duelFigures('Over HTTP', NAME, single, SQL_NOTE),
        ...duelFigures('Over HTTP', BATCH_NAME, batch, SQL_NOTE),
      ],
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
  /** BATCH bets on one account in one request. */
  batch(account: number, caller: number): Promise<void>;
  stop(): Promise<void>;
}

async function openRemote(kind: 'engine' | 'sql', url: string, key: SigningKey): Promise<Remote> {
  const service = await startService(kind, {
    ...{ databaseUrl: url, keyId: key.id, secret: key.secret, provider: PROVIDER },
    connections: POOL,
  });
  const connections = await connect(service, key);
  const answers = new Answers();
  const post = async (caller: number, path: string, body: object): Promise<Answered> => {
    const connection = connections[caller];
    if (!connection) throw new RangeError(`no connection ${caller}`);
    const answer = await connection.post(path, JSON.stringify(body));
    if (answer.status !== 200) throw new Error(`${kind} answered ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body) as Answered;
  };
  return {
    ...{ url, answers },
    async bet(account, caller) {
      const number = answers.next();
      const { position, available } = await post(caller, '/v1/bets', betBody(number, account));
      answers.add(number, account, placeOf(position), Number(available));
    },
    async batch(account, caller) {
      const numbers = Array.from({ length: BATCH }, () => answers.next());
      const body = batchBody(numbers, account);
      const { position, results = [] } = await post(caller, '/v1/batches', body);
      // The position is the last message's; one append has no gaps.
      const first = placeOf(position) - BATCH + 1;
      numbers.forEach((number, index) => {
        answers.add(number, account, first + index, Number(results[index]?.available));
      });
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
