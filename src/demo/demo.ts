import { join } from 'node:path';
import { destination, pino } from 'pino';
import { REDACTED_PATHS } from '../adapters/http/access-log.ts';
import { loadConfig } from '../config.ts';
import { type Service, startService } from '../main.ts';
import { isBesideReadModels } from '../open-log.ts';
import { untilTold } from '../signals.ts';
import { demoNamespace } from './beside.ts';
import { until } from './follow.ts';
import { DemoError, Narrator } from './narrator.ts';
import { prove } from './proof.ts';
import { showReadModels } from './show-read-models.ts';
import { castOf, deposits, games, withdrawal } from './story.ts';
import { CHAIN, openWorld, type World } from './world.ts';

export interface DemoOptions {
  readonly once?: true;
  readonly dataDir: string;
  readonly port: string;
  /** Default: EVENT_STORE, else postgres. */
  readonly eventStore?: string;
  readonly blockSeconds: string;
}

/** The main job on a real local chain, told as it happens. Unequal books end with exit code 1. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { once, dataDir, blockSeconds } = options;
  const narrator = new Narrator();
  const endings: (() => Promise<void>)[] = [];
  const told = untilTold();
  const play = async () => {
    narrator.chapter('Everything starts');
    const world = await openWorld(dataDir, secondsOf(blockSeconds), narrator);
    endings.push(() => world.stop());
    const service = await openService(world, options);
    endings.push(() => service.stop());
    await tell(world, service, dataDir, narrator);
    if (!once) {
      await world.relax();
      invite(service, world, narrator);
    }
  };
  try {
    const first = await Promise.race([play().then(() => 'played'), told]);
    if (first === 'played' && !once) await told;
    else if (first !== 'played') process.exitCode = 130;
  } finally {
    for (const end of endings.reverse()) await end();
    narrator.plain(`\nAll that was started is stopped; the data stays in ${dataDir}.`);
  }
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (seconds >= 0.1 && seconds <= 60) return seconds;
  throw new DemoError(`--block-seconds ${text} is no number from 0.1 to 60`);
}

async function openService(
  world: World,
  { dataDir, port, eventStore = process.env.EVENT_STORE }: DemoOptions,
): Promise<Service> {
  const { DATABASE_URL } = process.env;
  const config = loadConfig({
    ...(DATABASE_URL === undefined ? {} : { DATABASE_URL }),
    ...(await logVariables(dataDir, eventStore)),
    NODE_ENV: 'development',
    DATA_DIR: dataDir,
    PORT: port,
    EVM_CHAIN: CHAIN,
    EVM_RPC_URL: world.rpcUrl,
    EVM_GENESIS_HASH: world.memory.genesis,
    EVM_USDT_CONTRACT: world.memory.token,
    EVM_HOT_WALLET_KEY: world.memory.hotWalletKey,
    EVM_POLL_MS: '200',
  });
  const log = pino(
    { level: 'info', redact: REDACTED_PATHS },
    destination({ dest: join(dataDir, 'demo.log'), sync: false }),
  );
  return startService(config, log);
}

async function logVariables(dataDir: string, eventStore = 'postgres') {
  // Read first, because what is no connection string must be named by the variable's own message.
  const known = loadConfig({ EVENT_STORE: eventStore });
  if (isBesideReadModels(known.eventStore)) return {};
  const namespace = await demoNamespace(dataDir, eventStore);
  return { EVENT_STORE: eventStore, EVENT_STORE_NAMESPACE: namespace };
}

async function tell(
  world: World,
  { url, keys, opened, databaseUrl, log }: Service,
  dataDir: string,
  narrator: Narrator,
): Promise<void> {
  if (url === null) throw new DemoError('the service has no API');
  narrator.line('Postgres', `embedded, on 127.0.0.1:${new URL(databaseUrl).port}`);
  if (log !== 'postgres') narrator.line('event store', log);
  narrator.line('Countinghouse', `${url}, its log in ${join(dataDir, 'demo.log')}`);
  const { runs } = world.memory;
  if (runs > 1) {
    narrator.line(
      'found again',
      `the ledger of ${runs - 1} earlier runs, at ${await opened.house.store.head()}`,
    );
  }
  await untilReady(url);
  narrator.line('ready', 'event store, Postgres, chain, projections, policies, scanner, payouts');
  const cast = castOf(url, keys);
  const player = `demo-${runs}`;
  const hotWallet = opened.house.chains.get(CHAIN)?.hotWallet ?? '';
  await deposits(cast, world, hotWallet, player, narrator);
  await games(cast, player, narrator);
  await withdrawal(cast, world, player, narrator);
  const compared = await prove(cast, world, opened, narrator);
  const head = await opened.house.store.head();
  await showReadModels(cast.auditor, player, head, compared, narrator);
}

/** Gives up with the parts that aren't ready, and why. */
async function untilReady(url: string): Promise<void> {
  let parts: { name: string; ready: boolean; detail: string }[] = [];
  await until('every part is ready', async () => {
    const response = await fetch(`${url}/ready`);
    parts = ((await response.json()) as { parts: typeof parts }).parts;
    return response.ok ? true : undefined;
  }).catch(() => {
    const missing = parts.filter(({ ready }) => !ready);
    throw new DemoError(missing.map(({ name, detail }) => `${name}: ${detail}`).join('\n'));
  });
}

function invite({ url, keys }: Service, { memory }: World, narrator: Narrator): void {
  const bearer = (id: string) => {
    const key = keys.find((k) => k.id === id);
    return `${id}.${key?.secret}`;
  };
  const curl = (id: string, path: string) =>
    `curl -s -H 'Authorization: Bearer ${bearer(id)}' ${url}${path}`;
  narrator.plain(`
The service stays up. Read and try the API at ${url}/docs
with one of these development keys (Authorize, as bearer):
  back office   ${bearer('dev-alice')}
  back office   ${bearer('dev-bob')}
  auditor       ${bearer('dev-audrey')}
  game service  ${bearer('dev-game')} (signs: id before the dot, secret after it)

${curl('dev-alice', `/v1/players/main/demo-${memory.runs}/balances`)}
${curl('dev-audrey', '/v1/trial-balance')}
${curl('dev-audrey', `/v1/accounts/main/demo-${memory.runs}/USDT/history`)}

Ctrl-C ends it.`);
}
