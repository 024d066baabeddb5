import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { ApiKey } from './config/api-keys.ts';
import { type EvmConfig, evmConfig } from './config/evm.ts';
import {
  type AssetConfig,
  DEFAULT_CURRENCIES,
  defaultAssets,
  defaultDepositPolicy,
  defaultWithdrawalPolicy,
  usdtAsset,
} from './config/money-defaults.ts';
import { requireForProduction } from './config/production.ts';
import { readSources } from './config/sources.ts';
import {
  exampleOf,
  type Part,
  type Variable,
  type Variables,
  variables,
} from './config/variables.ts';
import { assetRegistry, type Currency } from './domain/assets.ts';
import type { DepositPolicy, ReportingPolicy, WithdrawalPolicy } from './domain/policy/events.ts';

export { type ApiKey, generateDevelopmentKeys, type Role } from './config/api-keys.ts';
export { DEVELOPMENT_XPUB, DEVELOPMENT_XPUBS } from './config/evm-keys.ts';
export { redacted } from './config/redacted.ts';
export type { AssetConfig, EvmConfig, Part };

export interface Config {
  readonly environment: 'development' | 'production' | 'test';
  readonly host: string;
  readonly port: number;
  /** Null: an embedded Postgres in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** `postgres`, or the connection string of another log. */
  readonly eventStore: string;
  /** Empty: the log is this ledger's alone. */
  readonly eventStoreNamespace: string;
  readonly logLevel: Variables['LOG_LEVEL'];
  readonly parts: readonly Part[];
  readonly evm: EvmConfig;
  /** Null only outside production: make some with `generateDevelopmentKeys`. */
  readonly apiKeys: readonly ApiKey[] | null;
  readonly currencies: readonly Currency[];
  readonly assets: readonly AssetConfig[];
  readonly depositPolicy: DepositPolicy;
  readonly withdrawalPolicy: WithdrawalPolicy;
  readonly reportingPolicy: ReportingPolicy;
  readonly signatureWindowSeconds: number;
  readonly waitForMs: number;
  /** How old the last comparison of a read model with a rebuild may become; 0: never compared. */
  readonly readModelCheckHours: number;
}

export interface Complaint {
  readonly variable: string;
  readonly problem: string;
  /** A value that works, where the variable isn't one of the table. */
  readonly example?: string;
}

/** Names every wrong variable, what is wrong with it, and a value that works; never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly complaints: readonly Complaint[];
  constructor(complaints: readonly Complaint[]) {
    const lines = complaints.map(({ variable, problem, example }) => {
      const works = example ?? exampleOf(variable as Variable);
      return `  ${variable} ${problem}. For example: ${works}`;
    });
    super(`The configuration is wrong:\n${lines.join('\n')}`);
    this.complaints = complaints;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment and, where COUNTINGHOUSE_CONFIG names it, a JSON file below it. */
export function loadConfig(
  env: Environment,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): Config {
  const { texts, complaints } = readSources(env, readFile);
  const parsed = variables.safeParse(texts);
  const all = [...complaints, ...(parsed.error ? complaintsOf(parsed.error) : [])];
  if (!parsed.success || all.length > 0) throw new ConfigError(all);
  const { data } = parsed;
  const evm = evmConfig(data);
  const config: Config = {
    environment: data.NODE_ENV,
    host: data.HOST,
    port: data.PORT,
    databaseUrl: data.DATABASE_URL ?? null,
    dataDir: data.DATA_DIR,
    eventStore: data.EVENT_STORE,
    eventStoreNamespace: data.EVENT_STORE_NAMESPACE ?? '',
    logLevel: data.LOG_LEVEL,
    parts: data.PARTS,
    evm: evm.config,
    apiKeys: data.API_KEYS ?? null,
    currencies: data.CURRENCIES ?? DEFAULT_CURRENCIES,
    assets: assetsOf(data),
    depositPolicy: data.DEPOSIT_POLICY ?? defaultDepositPolicy(data.EVM_CHAIN),
    withdrawalPolicy: data.WITHDRAWAL_POLICY ?? defaultWithdrawalPolicy(data.EVM_CHAIN),
    reportingPolicy: { businessDayOffsetMinutes: data.BUSINESS_DAY_OFFSET_MINUTES },
    signatureWindowSeconds: data.SIGNATURE_WINDOW_SECONDS,
    waitForMs: data.WAIT_FOR_MS,
    readModelCheckHours: data.READ_MODEL_CHECK_HOURS,
  };
  const late = [...evm.complaints, ...registryComplaints(config), ...requireForProduction(data)];
  if (late.length > 0) throw new ConfigError(late);
  return config;
}

function complaintsOf({ issues }: z.ZodError): Complaint[] {
  return issues.map(({ path: [variable, ...within], message }) => {
    // Schemas of the domain name no values either; members of a record could be anything.
    const where = within.length === 0 ? '' : `at ${within.map(String).join('.').slice(0, 80)}: `;
    return { variable: String(variable), problem: `${where}${message}` };
  });
}

function assetsOf({ ASSETS, EVM_CHAIN, EVM_USDT_CONTRACT }: Variables): AssetConfig[] {
  const assets = ASSETS ?? defaultAssets(EVM_CHAIN);
  return EVM_USDT_CONTRACT === undefined
    ? assets
    : [...assets, usdtAsset(EVM_CHAIN, EVM_USDT_CONTRACT)];
}

function registryComplaints({ currencies, assets }: Config): Complaint[] {
  try {
    assetRegistry(currencies, assets);
    return [];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return [{ variable: 'ASSETS', problem: `do not fit CURRENCIES: ${error.message}` }];
  }
}
