import { z } from 'zod';
import { assetSchema, currencySchema } from '../domain/assets.ts';
import { depositPolicy, withdrawalPolicy } from '../domain/policy/events.ts';
import { apiKeysSchema } from './api-keys.ts';
import { evmAddress, extendedPublicKey, walletKey } from './evm-keys.ts';
import { eventStore, integer, jsonOf, listOf, oneOf, urlOf } from './text.ts';

export const PARTS = ['api', 'projections', 'policies', 'scanner', 'payouts'] as const;

export type Part = (typeof PARTS)[number];

const DAY_SECONDS = 86_400;

/** A value that works, for whoever gets it wrong. */
const example = (text: string) => ({ examples: [text] });

const KEYS_EXAMPLE =
  '[{"id":"acme","role":"game-service","provider":"acme","secret":"<32 or more characters>"}]';
const POLICY_EXAMPLE = '{"rules":[{"asset":"*","upTo":null,"confirmations":12}],"minimums":{}}';
const WITHDRAWAL_EXAMPLE =
  '{"rules":[{"currency":"*","upTo":null,"approvals":1}],"approvalHours":24,' +
  '"feeCaps":{"eip155:31337":"20000000000000000"}}';
const CURRENCY_EXAMPLE = '[{"code":"ETH","decimals":18,"name":"Ether"}]';
const ASSET_EXAMPLE =
  '[{"chain":"eip155:31337","currency":"ETH","contract":null,"slip44":60,"decimals":18}]';
const ADDRESS_EXAMPLE = '0x8ba1f109551bD432803012645Ac136ddd64DBA72';

/** Every variable there is, with its default where it has one of its own. All come as text. */
export const variables = z.object({
  NODE_ENV: oneOf(['development', 'production', 'test'])
    .default('development')
    .meta(example('production')),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'must be a host name or address')
    .default('127.0.0.1')
    .meta(example('127.0.0.1')),
  PORT: integer(0, 65_535).default(8080).meta(example('8080')),
  DATABASE_URL: urlOf('postgres:', 'postgresql:')
    .optional()
    .meta(example('postgres://ledger:<password>@db.internal:5432/ledger')),
  DATA_DIR: z.string().min(1).max(4_000).default('.data').meta(example('.data')),
  EVENT_STORE: eventStore()
    .default('postgres')
    .meta(example('esdb://ledger:<password>@db1.internal,db2.internal,db3.internal')),
  EVENT_STORE_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be up to 40 small letters, digits and hyphens')
    .optional()
    .meta(example('staging')),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .meta(example('info')),
  PARTS: listOf(PARTS)
    .default([...PARTS])
    .meta(example('api,projections')),
  EVM_RPC_URL: urlOf('http:', 'https:').optional().meta(example('https://node.internal:8545')),
  EVM_CHAIN: z
    .string()
    .regex(/^eip155:[1-9][0-9]{0,15}$/, 'must be the CAIP-2 id of an EVM chain')
    .default('eip155:31337')
    .meta(example('eip155:1')),
  EVM_GENESIS_HASH: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/, 'must be 0x and 64 lower-case hex digits')
    .optional()
    .meta(example(`0x${'d4'.repeat(32)}`)),
  EVM_START_HEIGHT: integer(0, 1_000_000_000_000).default(0).meta(example('19000000')),
  EVM_POLL_MS: integer(50, 600_000).default(1_000).meta(example('1000')),
  EVM_XPUB: extendedPublicKey.optional().meta(example("the xpub of m/44'/60'/0'")),
  EVM_HOT_WALLET_KEY: walletKey.optional().meta(example('0x<64 hex digits>')),
  EVM_HOT_WALLET: evmAddress.optional().meta(example(ADDRESS_EXAMPLE)),
  EVM_USDT_CONTRACT: evmAddress.optional().meta(example(ADDRESS_EXAMPLE)),
  API_KEYS: jsonOf(apiKeysSchema).optional().meta(example(KEYS_EXAMPLE)),
  CURRENCIES: jsonOf(z.array(currencySchema).min(1).max(200))
    .optional()
    .meta(example(CURRENCY_EXAMPLE)),
  ASSETS: jsonOf(z.array(assetSchema).min(1).max(1_000)).optional().meta(example(ASSET_EXAMPLE)),
  DEPOSIT_POLICY: jsonOf(depositPolicy).optional().meta(example(POLICY_EXAMPLE)),
  WITHDRAWAL_POLICY: jsonOf(withdrawalPolicy).optional().meta(example(WITHDRAWAL_EXAMPLE)),
  BUSINESS_DAY_OFFSET_MINUTES: integer(-720, 840).default(0).meta(example('180')),
  SIGNATURE_WINDOW_SECONDS: integer(1, DAY_SECONDS).default(300).meta(example('300')),
  READ_MODEL_CHECK_HOURS: integer(0, 8_760).default(24).meta(example('24')),
  WAIT_FOR_MS: integer(0, 60_000).default(5_000).meta(example('5000')),
});

export type Variables = z.output<typeof variables>;
export type Variable = keyof Variables;

export const VARIABLE_NAMES = Object.keys(variables.shape) as Variable[];

/** A value of the variable that works. */
export function exampleOf(name: Variable): string {
  const { examples } = variables.shape[name].meta() as { examples: readonly string[] };
  return examples[0] ?? '';
}
