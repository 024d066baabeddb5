import { randomBytes } from 'node:crypto';
import { type BenchOptions, type BenchResult, type Figure, figuresOf } from '../bench.ts';
import { HttpConnection, type SigningKey } from '../http/client.ts';
import { type Service, startService } from '../http/service.ts';
import { type Call, type Duel, type DuelResult, drive, duel } from '../measure.ts';
import type { Server } from '../servers.ts';
import { Answers, placeOf } from './answers.ts';
import { batchBody, betBody, PROVIDER } from './bets.ts';
import { checkLog } from './check-log.ts';
import { checkSqlLedger } from './check-sql.ts';
import { ACCOUNTS, anyAccount, duelFigures, eachOnce, paceOf } from './crowds.ts';
import { openPostgresHouse } from './house.ts';
import { POOL, seededLog, seededSqlLedger } from './sides.ts';

const CONNECTIONS = 64;
const SQL_NOTE = `SQL, pool of ${POOL}`;
const BATCH = 10;
/** Before that a request costs a multiple of what it costs ever after: code is still compiled. */
const WARMING_REQUESTS = { alone: ACCOUNTS, batch: 2_000 };
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
  const [ours, sql] = await Promise.all([
    seededLog(server, ACCOUNTS).then((url) => openRemote('engine', url, key)),
    seededSqlLedger(server, ACCOUNTS).then((url) => openRemote('sql', url, key)),
  ]);
  try {
    const alone: Call = (caller) => ours.bet(anyAccount(), caller);
    const together: Call = (caller) => ours.batch(anyAccount(), caller);
    const baseline: Call = (caller) => sql.bet(anyAccount(), caller);
    const { alone: count, batch: batches } = WARMING_REQUESTS;
    // That many for each; ours go to each account once, because the baseline keeps none in memory.
    await Promise.all([
      eachOnce(ACCOUNTS, ours.bet, CONNECTIONS),
      drive({ callers: CONNECTIONS, count, call: baseline }),
    ]);
    const settings = { ...paceOf(options), callers: CONNECTIONS, baseline };
    const single = await metered(ours, sql, { ...settings, ours: alone });
    options.say(BATCH_NAME);
    await drive({ callers: CONNECTIONS, count: batches, call: together });
    const commandsPerCall = { ours: BATCH, baseline: 1 };
    const batch = await metered(ours, sql, { ...settings, ours: together, commandsPerCall });
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
      figures: [...figures(NAME, single), ...figures(BATCH_NAME, batch)],
      checks: checks.map((check) => ({ ...check, name: `HTTP: ${check.name}` })),
    };
  } finally {
    await ours.stop();
    await sql.stop();
    await server.drop(ours.url);
    await server.drop(sql.url);
  }
}

/** With what each service's process used of the processors for a command. */
interface Metered extends DuelResult {
  readonly cpuMicros: { readonly ours: number; readonly sql: number };
}

async function metered(ours: Remote, sql: Remote, settings: Duel): Promise<Metered> {
  const [own, its] = [await meter(ours), await meter(sql)];
  const result = await duel(settings);
  return { ...result, cpuMicros: { ours: await own(), sql: await its() } };
}

async function meter({ answers, cpuMicros }: Remote): Promise<() => Promise<number>> {
  const [micros, count] = [await cpuMicros(), answers.count];
  return async () => ((await cpuMicros()) - micros) / (answers.count - count);
}

function figures(name: string, { cpuMicros, ...result }: Metered): Figure[] {
  const service = (micros: number) => ({ 'service CPU': [micros, 'µs'] as const });
  return [
    ...duelFigures('Over HTTP', name, result, SQL_NOTE),
    ...figuresOf('Over HTTP', `${name}: engine`, service(cpuMicros.ours)),
    ...figuresOf('Over HTTP', `${name}: ${SQL_NOTE}`, service(cpuMicros.sql)),
  ];
}

interface Remote {
  readonly url: string;
  readonly answers: Answers;
  cpuMicros(): Promise<number>;
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
    ...{ url, answers, cpuMicros: () => service.cpuMicros() },
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
