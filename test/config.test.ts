import { Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { VARIABLE_NAMES } from '../src/config/variables.ts';
import {
  ConfigError,
  DEVELOPMENT_XPUB,
  DEVELOPMENT_XPUBS,
  type Environment,
  generateDevelopmentKeys,
  loadConfig,
  redacted,
} from '../src/config.ts';

const noFile = () => expect.unreachable('no file should be read');
const load = (env: Environment) => loadConfig(env, noFile);

/** The error of a wrong environment. */
function complaintsOf(env: Environment, readFile: (path: string) => string = noFile) {
  try {
    loadConfig(env, readFile);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  return expect.unreachable('the configuration was taken');
}

const LONG = 'correct-horse-battery-staple-0123456789';
const KEY = `0x${'7c'.repeat(32)}`;
/** BIP-32's own first test vector at m/0'/1/2'. */
const XPUB =
  'xpub6D4BDPcP2GT577Vvch3R8wDkScZWzQzMMUm3PWbmWvVJrZwQY4VUNgqFJPMM3No2dFDFGTsxxpG5uJh7n7epu4trkrX7x7DogT5Uv6fcLW5';
const XPRV =
  'xprv9z4pot5VBttmtdRTWfWQmoH1taj2axGVzFqSb8C9xaxKymcFzXBDptWmT7FwuEzG3ryjH4ktypQSAewRiNMjANTtpgP4mLTj34bhnZX7UiM';
const apiKeys = (...keys: object[]) => JSON.stringify(keys);
const alice = { id: 'alice', role: 'back-office', secret: LONG };
const acme = { id: 'acme', role: 'game-service', provider: 'acme-games', secret: LONG };

const PRODUCTION = {
  NODE_ENV: 'production',
  API_KEYS: apiKeys(alice, acme),
  EVM_XPUB: XPUB,
  EVM_HOT_WALLET_KEY: KEY,
  DATABASE_URL: 'postgres://ledger:hunter2hunter2@db.internal:5432/ledger',
  EVM_RPC_URL: 'https://node.internal/v3/0123456789abcdef',
};

describe('defaults', () => {
  it('needs nothing in development', () => {
    const config = load({});
    expect(config).toMatchObject({
      environment: 'development',
      host: '127.0.0.1',
      port: 8080,
      databaseUrl: null,
      dataDir: '.data',
      eventStore: 'postgres',
      parts: ['api', 'projections', 'policies', 'scanner', 'payouts'],
      apiKeys: null,
      signatureWindowSeconds: 300,
      waitForMs: 5000,
    });
    expect(config.evm).toMatchObject({
      chain: 'eip155:31337',
      startHeight: 0,
      pollMs: 1000,
      xpub: DEVELOPMENT_XPUB,
      genesisHash: null,
    });
    expect(config.currencies.map((c) => `${c.code} ${c.decimals}`)).toEqual(['ETH 18', 'USDT 6']);
    expect(config.assets.map((a) => a.currency)).toEqual(['ETH']);
    expect(Object.keys(config.withdrawalPolicy.feeCaps)).toEqual(['eip155:31337']);
  });

  it('adds the USDT contract as an asset', () => {
    const contract = '0xdAC17F958D2ee523a2206206994597C13D831ec7';
    const { assets } = load({ EVM_USDT_CONTRACT: contract.toLowerCase() });
    expect(assets[1]).toMatchObject({ currency: 'USDT', contract, decimals: 6 });
  });

  it('takes an empty variable for an absent one', () => {
    expect(load({ PORT: '', API_KEYS: '' })).toMatchObject({ port: 8080, apiKeys: null });
  });

  it('makes keys for development, with two people who can approve', () => {
    let count = 0;
    const keys = generateDevelopmentKeys(() => `${LONG}-${count++}`);
    expect(keys.map((k) => `${k.id} ${k.role}`)).toEqual([
      'dev-game game-service',
      'dev-alice back-office',
      'dev-bob back-office',
      'dev-audrey auditor',
    ]);
    expect(keys[0]?.provider).toBe('acme-games');
    expect(new Set(keys.map((k) => k.secret)).size).toBe(4);
    expect(load({ API_KEYS: JSON.stringify(keys) }).apiKeys).toEqual(keys);
  });
});

describe('sources', () => {
  const file = (content: unknown) => () => JSON.stringify(content);

  it('reads a JSON file, and the environment wins', () => {
    const read = file({ PORT: 9000, LOG_LEVEL: 'warn', API_KEYS: [alice] });
    const config = loadConfig({ COUNTINGHOUSE_CONFIG: 'a.json', LOG_LEVEL: 'debug' }, read);
    expect(config).toMatchObject({ port: 9000, logLevel: 'debug', apiKeys: [alice] });
  });

  it('refuses what the file has and nobody reads', () => {
    const error = complaintsOf({ COUNTINGHOUSE_CONFIG: 'a.json' }, file({ PROT: 1, HOTS: 2 }));
    expect(error.complaints.map((c) => c.variable)).toEqual(['PROT', 'HOTS']);
  });

  it.each([
    ['is missing', () => loadConfig({ COUNTINGHOUSE_CONFIG: '/nowhere/at/all.json' })],
    ['is no JSON', () => loadConfig({ COUNTINGHOUSE_CONFIG: 'a' }, () => '{"PORT"')],
    ['is a list', () => loadConfig({ COUNTINGHOUSE_CONFIG: 'a' }, () => '[]')],
  ])('says so when the file %s', (_what, attempt) => {
    expect(attempt).toThrow(/COUNTINGHOUSE_CONFIG .*For example: /);
  });
});

describe('wrong values', () => {
  const WRONG: readonly (readonly [string, string])[] = [
    ['NODE_ENV', 'prod'],
    ['HOST', 'two words'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['DATABASE_URL', 'mysql://db/ledger'],
    ['DATABASE_URL', 'db.internal'],
    ['EVENT_STORE', 'memory'],
    ['EVENT_STORE_NAMESPACE', 'Staging'],
    ['LOG_LEVEL', 'loud'],
    ['PARTS', 'api,payout'],
    ['PARTS', 'api,api'],
    ['EVM_RPC_URL', 'ws://node'],
    ['EVM_CHAIN', 'bip122:0'],
    ['EVM_CHAIN', 'eip155:01'],
    ['EVM_GENESIS_HASH', '0xabc'],
    ['EVM_START_HEIGHT', '-5'],
    ['EVM_POLL_MS', '1'],
    ['EVM_XPUB', 'xpub'],
    ['EVM_XPUB', XPUB.replace('6D4B', '6D4C')],
    ['EVM_HOT_WALLET_KEY', '7c'.repeat(32)],
    ['EVM_HOT_WALLET_KEY', `0x${'00'.repeat(32)}`],
    ['EVM_HOT_WALLET', '0x1234'],
    ['EVM_HOT_WALLET', '0x8Ba1f109551bD432803012645Ac136ddd64DBA72'],
    ['EVM_USDT_CONTRACT', 'usdt'],
    ['API_KEYS', '{}'],
    ['API_KEYS', '[]'],
    ['API_KEYS', 'alice'],
    ['CURRENCIES', '[{"code":"eth","decimals":18,"name":"Ether"}]'],
    ['CURRENCIES', '[]'],
    ['ASSETS', '[{"chain":"eip155:1","currency":"BTC","contract":null,"decimals":8}]'],
    ['DEPOSIT_POLICY', '{"rules":[],"minimums":{}}'],
    ['WITHDRAWAL_POLICY', '{"rules":[{"currency":"*","upTo":null,"approvals":0}]}'],
    ['BUSINESS_DAY_OFFSET_MINUTES', '-721'],
    ['SIGNATURE_WINDOW_SECONDS', '0'],
    ['READ_MODEL_CHECK_HOURS', '-1'],
    ['WAIT_FOR_MS', '600000'],
  ];

  it.each(WRONG)('names %s=%s with an example that works', (variable, value) => {
    const error = complaintsOf({ [variable]: value });
    expect(new Set(error.complaints.map((c) => c.variable))).toEqual(new Set([variable]));
    expect(error.message).toMatch(new RegExp(`${variable} .*For example: .+`));
  });

  it('names each wrong variable at once', () => {
    const error = complaintsOf({ PORT: 'x', LOG_LEVEL: 'y', EVM_POLL_MS: 'z' });
    expect(error.complaints.map((c) => c.variable)).toEqual(['PORT', 'LOG_LEVEL', 'EVM_POLL_MS']);
  });

  it('has a limit or a form for every variable', () => {
    const tried = new Set(WRONG.map(([variable]) => variable));
    const free = ['DATA_DIR'];
    expect([...tried, ...free].sort()).toEqual([...VARIABLE_NAMES].sort());
  });
});

describe('API keys', () => {
  const wrong = (...keys: object[]) => complaintsOf({ API_KEYS: apiKeys(...keys) }).message;

  it('refuses a short secret, an id twice, and an id that no bearer key could carry', () => {
    expect(wrong({ ...alice, secret: 'short' })).toContain('at 0.secret: must have at least 32');
    expect(wrong(alice, acme, { ...acme, id: 'alice' })).toContain('at 2.id: stands twice');
    expect(wrong({ ...alice, id: 'al.ice' })).toContain('at 0.id: must be 1 to 64 letters');
  });

  it('wants a provider of game services, and of nobody else', () => {
    expect(wrong({ ...acme, provider: undefined })).toContain('at 0.provider: a game-service');
    expect(wrong({ ...alice, provider: 'p' })).toContain('at 0.provider: only for');
    expect(wrong({ ...alice, role: 'admin' })).toContain('at 0.role: must be one of');
  });

  it('takes a second live secret, which must differ', () => {
    const { apiKeys: keys } = load({ API_KEYS: apiKeys({ ...alice, nextSecret: `${LONG}!` }) });
    expect(keys?.[0]?.nextSecret).toBe(`${LONG}!`);
    expect(wrong({ ...alice, nextSecret: LONG })).toContain('must differ');
  });
});

describe('wallets', () => {
  it('needs a key only where it pays, and an address everywhere', () => {
    const { EVM_HOT_WALLET_KEY: _, ...keyless } = PRODUCTION;
    const payless = { ...keyless, PARTS: 'api,projections,policies,scanner' };
    expect(complaintsOf(keyless).message).toContain('EVM_HOT_WALLET_KEY is needed');
    expect(complaintsOf(payless).message).toContain('EVM_HOT_WALLET is needed');
    const address = new Wallet(KEY).address;
    const { evm } = load({ ...payless, EVM_HOT_WALLET: address });
    expect(evm).toMatchObject({ hotWallet: address, hotWalletKey: null });
  });

  it('derives the address from the key, and refuses one that differs', () => {
    const address = new Wallet(KEY).address;
    expect(load(PRODUCTION).evm).toMatchObject({ hotWallet: address, hotWalletKey: KEY });
    const other = { ...PRODUCTION, EVM_HOT_WALLET: new Wallet(`0x${'5d'.repeat(32)}`).address };
    expect(complaintsOf(other).message).toContain('EVM_HOT_WALLET is not the address');
  });

  it('keeps no key in a process that does not pay', () => {
    expect(load({ ...PRODUCTION, PARTS: 'api' }).evm.hotWalletKey).toBeNull();
    expect(load({ PARTS: 'api' }).evm.hotWalletKey).toBeNull();
  });
});

describe('production', () => {
  it('takes a whole configuration', () => {
    expect(load(PRODUCTION)).toMatchObject({ environment: 'production' });
  });

  it.each(['API_KEYS', 'EVM_XPUB', 'DATABASE_URL', 'EVM_RPC_URL'])('requires %s', (variable) => {
    const error = complaintsOf({ ...PRODUCTION, [variable]: undefined });
    expect(error.complaints).toEqual([{ variable, problem: 'is required in production' }]);
  });

  it('refuses development keys, xpubs and wallets', () => {
    const keys = generateDevelopmentKeys(() => LONG);
    const refused = (env: Environment) => complaintsOf({ ...PRODUCTION, ...env }).message;
    expect(refused({ API_KEYS: JSON.stringify(keys) })).toContain('API_KEYS has a development key');
    for (const xpub of DEVELOPMENT_XPUBS) {
      expect(refused({ EVM_XPUB: xpub })).toContain('EVM_XPUB is a development key');
    }
    const { hotWallet, hotWalletKey } = load({}).evm;
    expect(refused({ EVM_HOT_WALLET_KEY: hotWalletKey ?? '' })).toContain('development wallet');
    expect(refused({ EVM_HOT_WALLET: hotWallet, PARTS: 'api', EVM_HOT_WALLET_KEY: '' })).toContain(
      'EVM_HOT_WALLET is a development wallet',
    );
  });
});

describe('secrecy', () => {
  it('S1 an extended private key is refused without being shown', () => {
    const { message } = complaintsOf({ EVM_XPUB: XPRV });
    expect(message).toContain('is a private key');
    expect(message).not.toContain(XPRV.slice(4, 20));
  });

  it('S1 no complaint holds the value that it complains about', () => {
    const marker = 'deadbeefdeadbeef';
    const secrets: Environment[] = [
      { EVM_HOT_WALLET_KEY: `0x${marker}` },
      { EVM_HOT_WALLET_KEY: `0x${marker.repeat(4)}00` },
      { EVM_XPUB: `xprv${marker}` },
      { EVM_XPUB: marker },
      { DATABASE_URL: `postgrs://ledger:${marker}@db/ledger` },
      { DATABASE_URL: marker },
      { EVM_RPC_URL: `wss://node/${marker}` },
      { API_KEYS: marker },
      { API_KEYS: `[{"id":"a","role":"auditor","secret":"${marker}"}` },
      { API_KEYS: apiKeys({ ...alice, secret: marker }) },
      { API_KEYS: apiKeys({ ...alice, id: `${marker}.${marker}` }) },
      { API_KEYS: apiKeys({ ...alice, [marker]: LONG }) },
      { API_KEYS: apiKeys({ ...alice, role: marker }) },
      { API_KEYS: apiKeys({ ...acme, provider: `${marker}.` }) },
      { API_KEYS: JSON.stringify({ [marker]: marker }) },
      { ...PRODUCTION, EVM_HOT_WALLET: new Wallet(`0x${'5d'.repeat(32)}`).address },
    ];
    for (const env of secrets) {
      const { message, stack } = complaintsOf(env);
      for (const shown of [message, stack ?? '']) {
        // Parsers quote only the beginning of what they refuse.
        expect(shown).not.toContain(marker.slice(0, 6));
        expect(shown).not.toContain(KEY.slice(2, 8));
      }
    }
    const broken = complaintsOf({ COUNTINGHOUSE_CONFIG: 'a' }, () => `${marker}{`);
    expect(broken.message).not.toContain(marker.slice(0, 6));
  });

  it('S1 what is logged of a configuration has no secret in it', () => {
    const config = load({ ...PRODUCTION, API_KEYS: apiKeys({ ...alice, nextSecret: `${LONG}!` }) });
    const text = JSON.stringify(redacted(config));
    for (const secret of [LONG, KEY.slice(2), XPUB, 'hunter2', '0123456789abcdef']) {
      expect(text).not.toContain(secret);
    }
    for (const plain of ['db.internal:5432', 'alice']) expect(text).toContain(plain);
  });
});
