import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createServer } from './adapters/http/server.ts';
import { startEmbeddedPostgres } from './adapters/postgres/embedded.ts';
import { freePort } from './adapters/processes.ts';
import { realSystem } from './adapters/system.ts';
import { type HouseSettings, type OpenHouse, openHouse } from './assembly.ts';
import { WrongChain } from './chain.ts';
import { defaultRiskRules } from './config/risk-rules.ts';
import { type ApiKey, type Config, redacted } from './config.ts';
import { type DevelopmentKeys, developmentKeys } from './development-keys.ts';
import { assetRegistry } from './domain/assets.ts';
import { readiness } from './readiness.ts';
import type { WorkerPart } from './workers.ts';

export interface Service {
  /** Where the API listens; null when `api` is none of its parts. */
  readonly url: string | null;
  readonly databaseUrl: string;
  /** Where the events are, without secrets. */
  readonly log: string;
  readonly keys: readonly ApiKey[];
  /** Null where the configuration gave the keys. */
  readonly development: DevelopmentKeys | null;
  readonly opened: OpenHouse;
  /** Requests and steps under way are finished first. May be called again. */
  stop(): Promise<void>;
}

/** Starts all that the configuration names; what was started is ended again if a part can't. */
export async function startService(config: Config, log: Logger): Promise<Service> {
  const endings: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      for (const end of endings.reverse()) await end();
    })();
    return stopping;
  };
  try {
    log.info(redacted(config), 'starting');
    let { databaseUrl } = config;
    if (databaseUrl === null) {
      const postgres = await startEmbeddedPostgres({
        directory: join(config.dataDir, 'postgres'),
        log: (text) => log.debug({ postgres: text.trim() }),
      });
      endings.push(() => postgres.stop());
      databaseUrl = postgres.url;
    }
    const opened = await openHouse(settingsOf(config, databaseUrl, log), realSystem);
    endings.push(() => opened.stop());
    await refuseWrongChain(opened, log);
    const development = config.apiKeys ? null : await developmentKeys(config.dataDir);
    const keys = config.apiKeys ?? development?.keys ?? [];
    let url: string | null = null;
    if (config.parts.includes('api')) {
      const server = apiServer(config, opened, keys, log);
      endings.push(() => server.close());
      url = await listen(server, config);
      log.info({ url }, 'listening');
    }
    return { url, databaseUrl, log: logName(config), keys, development, opened, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function logName(config: Config): string {
  const { eventStore, eventStoreNamespace } = redacted(config);
  return [eventStore, eventStoreNamespace].filter(Boolean).join(' ');
}

const HOUR_MS = 3_600_000;

function settingsOf(config: Config, databaseUrl: string, log: Logger): HouseSettings {
  const { rpcUrl, chain, genesisHash, startHeight, pollMs, xpub } = config.evm;
  const { hotWallet, hotWalletKey } = config.evm;
  return {
    databaseUrl,
    eventStore: config.eventStore,
    eventStoreNamespace: config.eventStoreNamespace,
    assets: assetRegistry(config.currencies, config.assets),
    evm: {
      ...{ rpcUrl, chain, startHeight, pollMs, extendedPublicKey: xpub },
      ...(genesisHash === null ? {} : { genesisHash }),
      hotWallet: hotWalletKey === null ? { address: hotWallet } : { privateKey: hotWalletKey },
    },
    deposits: config.depositPolicy,
    withdrawals: config.withdrawalPolicy,
    reporting: config.reportingPolicy,
    riskRules: defaultRiskRules(),
    parts: new Set(config.parts.filter((part): part is WorkerPart => part !== 'api')),
    waitForMs: config.waitForMs,
    checkEveryMs: config.readModelCheckHours * HOUR_MS,
    onError: (part, error) => log.error({ part, err: error }, `${part} failed`),
  };
}

/** A node that can't be asked now is retried by whoever needs it; a wrong one is never served. */
async function refuseWrongChain({ house }: OpenHouse, log: Logger): Promise<void> {
  for (const { reader } of house.chains.values()) {
    try {
      await reader.verify();
    } catch (error) {
      if (error instanceof WrongChain) throw error;
      log.warn({ err: error, chain: reader.chain }, 'the node does not answer yet');
    }
  }
}

function apiServer(
  config: Config,
  opened: OpenHouse,
  keys: readonly ApiKey[],
  log: Logger,
): FastifyInstance {
  const { house, readModels, feed, metrics } = opened;
  return createServer({
    ...{ house, readModels, feed, metrics, keys },
    system: realSystem,
    readiness: () => readiness(opened),
    logger: log,
    signatureWindowSeconds: config.signatureWindowSeconds,
    waitForMs: config.waitForMs,
    version: version(),
  });
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** On a laptop another port is better than none; in production it would be one that nobody asks. */
async function listen(
  server: FastifyInstance,
  { host, port, environment }: Config,
): Promise<string> {
  const free = environment === 'production' || port === 0 ? port : await freePort(port);
  return server.listen({ host, port: free });
}
