import assert from 'node:assert/strict';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { z } from 'zod';
import { EvmAddressBook } from '../../../src/adapters/chains/evm/addresses.ts';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory.ts';
import type { ServerDeps } from '../../../src/adapters/http/deps.ts';
import { createServer } from '../../../src/adapters/http/server.ts';
import { signedHeaders } from '../../../src/adapters/http/signature.ts';
import { MemoryKeyRegister } from '../../../src/adapters/memory/key-register.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { type Metrics, openMetrics } from '../../../src/adapters/telemetry/metrics.ts';
import type { ChainReader } from '../../../src/chain.ts';
import { Watchlist } from '../../../src/commands/chains/watchlist.ts';
import { Engine } from '../../../src/commands/engine.ts';
import type { House } from '../../../src/commands/house.ts';
import { publishPolicies } from '../../../src/commands/publish-policies.ts';
import { publishDefaultRiskRules } from '../../../src/commands/publish-risk-rules.ts';
import { settleTime } from '../../../src/commands/settle-time.ts';
import { defaultRiskRules } from '../../../src/config/risk-rules.ts';
import { type ApiKey, DEVELOPMENT_XPUB, loadConfig } from '../../../src/config.ts';
import { accountDecider } from '../../../src/domain/account/decide.ts';
import { assetRegistry } from '../../../src/domain/assets.ts';
import { streams } from '../../../src/domain/ids.ts';
import { watchHouse } from '../../../src/house-metrics.ts';
import { openReadModels, PROJECTIONS } from '../../../src/projections/all.ts';
import { type FeedLimits, LiveFeed } from '../../../src/projections/feed/live-feed.ts';
import type { Feed, ReadModels } from '../../../src/projections/read-models.ts';
import { type ProjectionHealth, startProjections } from '../../../src/projections/runner.ts';
import type { System } from '../../../src/system.ts';
import { preparedDatabase } from '../../support/prepared-database.ts';
import { openTestSession } from '../../support/sessions.ts';

export const CHAIN = 'eip155:31337';
export const TOKEN = '0xdac17f958d2ee523a2206206994597c13d831ec7';
export const HOT_WALLET = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
export const DESTINATION = '0x8ba1f109551bD432803012645Ac136ddd64DBA72';

const secretOf = (name: string) => `${name}-secret-`.padEnd(40, name);

export const KEYS = {
  acme: { id: 'acme', role: 'game-service', provider: 'acme-games', secret: secretOf('acme') },
  rival: { id: 'rival', role: 'game-service', provider: 'rival-games', secret: secretOf('rival') },
  alice: { id: 'alice', role: 'back-office', secret: secretOf('alice') },
  bob: { id: 'bob', role: 'back-office', secret: secretOf('bob') },
  scraper: { id: 'scraper', role: 'monitor', secret: secretOf('scraper') },
  audrey: { id: 'audrey', role: 'auditor', secret: secretOf('audrey') },
} as const satisfies Record<string, ApiKey>;

export type Who = keyof typeof KEYS;

export interface Call {
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  /** An object is sent as JSON, text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly app: FastifyInstance;
  readonly house: House;
  readonly clock: { shiftMs: number };
  readonly store: MemoryEventStore;
  readonly readModels: ReadModels;
  readonly feed: Feed;
  readonly metrics: Metrics;
  readonly projections: () => readonly ProjectionHealth[];
  /** Null: without credentials. */
  as(who: Who | null, call: Call): Promise<LightMyRequestResponse>;
  /** Registers a player; with an amount, credits it to the account and opens sessions for bets. */
  player(name: string, amount?: string, currency?: string): Promise<void>;
  /** How many events the log holds. */
  events(): Promise<number>;
  close(): Promise<void>;
}

const config = loadConfig({ EVM_USDT_CONTRACT: TOKEN });

function testHouse(store: MemoryEventStore, system: System): House {
  const nowhere = { chain: CHAIN } as ChainReader;
  const addresses = new EvmAddressBook({ chain: CHAIN, extendedPublicKey: DEVELOPMENT_XPUB });
  const hotWallet = HOT_WALLET;
  return {
    store,
    system,
    engine: new Engine({ store, keys: new MemoryKeyRegister(), system }),
    assets: assetRegistry(config.currencies, config.assets),
    chains: new Map([[CHAIN, { reader: nowhere, addresses, hotWallet }]]),
    watchlist: new Watchlist(store, [{ chain: CHAIN, address: hotWallet }]),
    knownPlayers: new Set(),
  };
}

export function credentials(key: ApiKey, call: Call, nowMs: number): Record<string, string> {
  if (key.role !== 'game-service') return { authorization: `Bearer ${key.id}.${key.secret}` };
  const { method = 'GET', url: path } = call;
  return signedHeaders(key, { method, path, body: bodyText(call), nowMs });
}

const bodyText = ({ body }: Call): string =>
  body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);

function injected(call: Call, headers: Record<string, string>): InjectOptions {
  const { method = 'GET', url, body } = call;
  const type: Record<string, string> =
    body === undefined ? {} : { 'content-type': 'application/json' };
  const all = { ...type, ...headers, ...call.headers };
  return { method, url, headers: all, ...(body === undefined ? {} : { payload: bodyText(call) }) };
}

/** By a schema, or by one for each media type. */
type Answer = z.ZodType | { readonly content: { 'application/json': { schema: z.ZodType } } };

/** Some routes write an answer as it was made: one that isn't its schema's fails any test. */
function keepToSchemas(app: FastifyInstance): void {
  app.addHook('preSerialization', async ({ routeOptions }, reply, answer) => {
    const schemas = routeOptions.schema?.response as Record<string, Answer> | undefined;
    const described = schemas?.[reply.statusCode];
    const schema =
      described && 'content' in described
        ? described.content['application/json'].schema
        : described;
    if (schema) assert.deepEqual(answer, z.encode(schema, answer));
    return answer;
  });
}

async function credit(house: House, player: string, currency: string, amount: string) {
  const account = { brand: 'main', player, currency };
  const txid = `0x${house.system.uuid().replaceAll('-', '')}`;
  const deposit = `${CHAIN}.${txid}.native`;
  const asset = house.assets.ofCurrency(CHAIN, currency)?.id ?? '';
  const context = {
    actor: { kind: 'system', id: 'test' } as const,
    ...{ commandId: txid, causationId: txid, correlationId: txid },
  };
  await house.engine.execute(
    accountDecider,
    streams.account(account),
    {
      type: 'CreditDeposit',
      ...{ account, deposit, epoch: 1, chain: CHAIN, address: DESTINATION, asset, txid },
      amount: BigInt(amount),
    },
    context,
  );
}

async function publishAll(house: House): Promise<void> {
  const publish = {
    deposits: config.depositPolicy,
    withdrawals: config.withdrawalPolicy,
    reporting: config.reportingPolicy,
  };
  const actor = { kind: 'system', id: 'test' } as const;
  const ids = { commandId: 'publish', causationId: 'publish', correlationId: 'publish' };
  await publishPolicies(house, publish, { actor, ...ids });
  await publishDefaultRiskRules(house, defaultRiskRules(), { actor, ...ids });
}

/** The real house on the memory log, real read models, and the server in front of them. */
export async function openStage(
  overrides: Partial<ServerDeps> = {},
  feedLimits: Partial<FeedLimits> = {},
): Promise<Stage> {
  const clock = { shiftMs: 0 };
  const system = { ...realSystem, now: () => Date.now() + clock.shiftMs };
  const store = new MemoryEventStore();
  const house = testHouse(store, system);
  const database = await preparedDatabase();
  const { pool } = database;
  const ending = new AbortController();
  const shell = { store, pool, system, signal: ending.signal, onError: () => {} };
  const runs = startProjections(PROJECTIONS, shell);
  while (runs.some((run) => !run.health().caughtUp)) await system.sleep(10);
  const settle = (time: string) => settleTime(house, time);
  const readModels = openReadModels({ pool, system, waitForMs: 2_000, settle });
  const feed = new LiveFeed({
    ...{ store, pool, system, onError: () => {} },
    limits: { lifetimeMs: 100, ...feedLimits },
  });
  const metrics = openMetrics(() => {});
  const watched = { store, engine: house.engine, pool, system, meter: metrics.meter };
  const projections = () => runs.map((run) => run.health());
  watchHouse({ ...watched, projections });
  const app = createServer({
    ...{ house, readModels, feed, metrics, keys: Object.values(KEYS), system, logger: false },
    version: '1.2.3',
    readiness: async () => [{ name: 'log', ready: true, detail: 'answers' }],
    signatureWindowSeconds: 300,
    waitForMs: 300,
    ...overrides,
  });
  keepToSchemas(app);
  await app.ready();
  await publishAll(house);

  const as: Stage['as'] = (who, call) => {
    const own = who === null ? {} : credentials(KEYS[who], call, system.now());
    return app.inject(injected(call, own));
  };
  return {
    ...{ app, house, clock, store, readModels, feed, metrics, projections, as },
    async player(player, amount = '0', currency = 'USDT') {
      await as('alice', { method: 'POST', url: '/v1/players', body: { player } });
      if (amount === '0') return;
      await credit(house, player, currency, amount);
      for (const provider of [KEYS.acme.provider, KEYS.rival.provider]) {
        await openTestSession(house, player, currency, provider);
      }
    },
    async events() {
      let count = 0;
      for await (const _ of store.readAll()) count++;
      return count;
    },
    async close() {
      await app.close();
      ending.abort();
      await Promise.all(runs.map((run) => run.ended));
      await store.close();
      await database.drop();
    },
  };
}
