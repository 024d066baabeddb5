import { defaultRiskRules } from '../../../src/config/risk-rules.ts';
import { tokenOf } from '../../support/sessions.ts';
import { GOOD_MEMBER } from './bad-structures.ts';
import type { Kind } from './bad-values.ts';
import { CHAIN, DESTINATION, type Who } from './stage.ts';

/** One good request of a route, and what each place in it holds, so that each can be spoiled. */
export interface Target {
  /** Null: public. */
  readonly who: Who | null;
  readonly params?: Readonly<Record<string, readonly [good: string, kind: Kind]>>;
  readonly query?: Readonly<Record<string, Kind>>;
  readonly headers?: Readonly<Record<string, readonly [good: string, kind: Kind]>>;
  readonly body?: Readonly<Record<string, readonly [good: unknown, kind: Kind]>>;
}

const brand = ['main', 'name'] as const;
const player = ['p-1', 'name'] as const;
const currency = ['USDT', 'known-currency'] as const;
const chain = [CHAIN, 'chain'] as const;
const game = { brand, player, currency };
const paging = { waitFor: 'position', limit: 'limit', after: 'cursor' } as const;
const queue: Readonly<Record<string, Kind>> = {
  ...{ brand: 'name', player: 'name', chain: 'any-chain', asset: 'asset' },
  currency: 'currency',
  ...{ minAmount: 'amount', maxAmount: 'amount', minAgeSeconds: 'age', maxAgeSeconds: 'age' },
  ...{ sort: 'sort', ...paging },
};
const reading = { waitFor: 'position' } as const;
const past = { asOf: 'point', ...reading } as const;
const period = { from: 'point', to: 'point', asOf: 'point', ...paging } as const;
const transaction = ['tx-1', 'external'] as const;

/** What every message of a game may leave out. */
const kept = {
  gameKind: ['slot', 'game-kind'],
  data: [{ multiplier: '2.5', bonus: true, spins: 3 }, 'audit-data'],
} as const;

const account = { params: { brand, player, currency } };

const span = { from: 'date', to: 'date', brand: 'name', format: 'format', ...reading } as const;
const ofMoney = { currency: 'currency', chain: 'caip-2', by: 'dimensions' } as const;
const ofGames = { provider: 'name', game: 'external', kind: 'game-kind' } as const;

const ANALYTICS: Record<string, Target> = {
  'GET /v1/rates': { who: 'audrey', query: { quote: 'currency', base: 'currency', ...paging } },
  'GET /v1/analytics/report': {
    ...{ who: 'audrey', query: { ...span, ...ofMoney, ...ofGames, reporting: 'currency' } },
  },
  'GET /v1/analytics/players': { who: 'audrey', query: { ...span, ...ofMoney, ...ofGames } },
  'GET /v1/analytics/durations': {
    ...{ who: 'audrey', query: { ...span, ...ofMoney, measure: 'measure' } },
  },
  'GET /v1/analytics/retention': {
    ...{ who: 'audrey', query: { ...span, cohort: 'cohort', period: 'cohort-period' } },
  },
};

/** What needs nothing but a player. */
const READERS: Record<string, Target> = {
  'GET /v1/deposits': {
    who: 'audrey',
    query: { status: 'deposit-status', ...queue },
  },
  'GET /v1/wallets': {
    who: 'audrey',
    query: {
      ...{ chain: 'any-chain', address: 'address', currency: 'currency', brand: 'name' },
      ...{ player: 'name', show: 'shown', ...paging },
    },
  },
  'GET /v1/deposits/:id': {
    who: 'audrey',
    params: { id: [`${CHAIN}.0x${'ab'.repeat(32)}.native`, 'deposit'] },
    query: reading,
  },
  'GET /v1/accounts/:brand/:player/:currency/history': {
    ...{ who: 'audrey', ...account, query: paging },
  },
  'GET /v1/accounts/:brand/:player/:currency/statement': {
    ...{ who: 'audrey', ...account, query: { class: 'class', ...period } },
  },
  'GET /v1/ledger-accounts/:account/:currency/statement': {
    who: 'audrey',
    params: { account: ['gaming', 'ledger-account'], currency: ['USDT', 'currency'] },
    query: period,
  },
  'GET /v1/ledger-accounts': {
    ...{ who: 'audrey', query: { class: 'ledger-class', asOf: 'point', ...paging } },
  },
  'GET /v1/journal': { who: 'audrey', query: period },
  'GET /v1/journal/export': {
    ...{ who: 'audrey', query: { format: 'export-format', brand: 'name', ...past } },
  },
  'GET /v1/house-balances': { who: 'audrey', query: past },
  'GET /v1/trial-balance': { who: 'audrey', query: past },
  'GET /metrics': { who: 'scraper', query: {} },
  'GET /v1/feed': {
    who: 'audrey',
    query: { topics: 'topics', brand: 'name', player: 'name' },
  },
  'GET /v1/currencies': { who: 'acme', query: {} },
  'GET /v1/read-models': { who: 'audrey', query: {} },
  'GET /health': { who: null, query: {} },
  'GET /ready': { who: null, query: {} },
  'GET /problems': { who: null, query: {} },
  'GET /openapi.json': { who: null, query: {} },
};

const GAMES: Record<string, Target> = {
  'POST /v1/bets': {
    who: 'acme',
    body: {
      session: [tokenOf('acme-games'), 'token'],
      ...{ ...game, transaction, round: ['r-1', 'external'], game: ['dice', 'external'] },
      ...{ amount: ['1000', 'amount'], ...kept },
    },
  },
  'POST /v1/wins': {
    who: 'acme',
    body: {
      ...{ ...game, transaction: ['tx-2', 'external'], round: ['r-0', 'external'] },
      ...{ game: ['dice', 'external'], bet: ['tx-0', 'optional-external'] },
      ...{ amount: ['1000', 'amount'], ...kept },
    },
  },
  'POST /v1/credits': {
    who: 'acme',
    body: {
      ...{
        ...game,
        transaction: ['tx-5', 'external'],
        reason: ['promotion', 'reason-of-credit'],
      },
      ...{ round: ['r-7', 'optional-external'], game: ['dice', 'optional-external'] },
      ...{ amount: ['1000', 'amount'], ...kept },
    },
  },
  'POST /v1/batches': {
    who: 'acme',
    body: { ...game, messages: [[GOOD_MEMBER], 'messages'] },
  },
  'POST /v1/rollbacks': {
    who: 'acme',
    body: { ...game, transaction: ['tx-3', 'external'], target: ['tx-9', 'external'] },
  },
  'POST /v1/rounds/close': {
    who: 'acme',
    body: { ...game, transaction: ['tx-4', 'external'], round: ['r-8', 'external'] },
  },
};

const terms = {
  kind: ['block', 'exclusion'],
  until: ['2999-01-01T00:00:00Z', 'term'],
} as const;

const RATES: Record<string, Target> = {
  'POST /v1/rates': {
    who: 'alice',
    body: {
      ...{ base: ['USDT', 'known-currency'], quote: ['ETH', 'currency'] },
      ...{ day: ['2026-01-30', 'day'], rate: ['0.8675', 'rate'], source: ['ecb', 'external'] },
      quoteDecimals: [18, 'decimals'],
    },
  },
};

const RISK: Record<string, Target> = {
  'GET /v1/players/:brand/:player/risk': {
    ...{ who: 'audrey', params: { brand, player }, query: reading },
  },
  'GET /v1/risk/players': {
    who: 'audrey',
    query: { brand: 'name', outcome: 'risk-outcome', ...paging },
  },
  'GET /v1/risk/withdrawals': {
    who: 'audrey',
    query: { brand: 'name', player: 'name', outcome: 'risk-outcome', ...paging },
  },
  'GET /v1/risk/rules': { who: 'audrey', query: paging },
  'GET /v1/risk/rules/:version': {
    ...{ who: 'audrey', params: { version: ['1', 'version'] }, query: reading },
  },
  'POST /v1/risk/rules': {
    who: 'alice',
    body: {
      ...{ mode: ['shadow', 'risk-mode'], reason: ['to see', 'reason'] },
      ruleSet: [defaultRiskRules(), 'rule-set'],
    },
  },
  'POST /v1/risk/rules/end-shadow': {
    who: 'alice',
    body: { reason: ['seen', 'reason'] },
  },
};

/** Last of all that writes: whoever is excluded can't be used for much. */
const LIMITS: Record<string, Target> = {
  'GET /v1/accounts/:brand/:player/:currency/limits': { who: 'audrey', ...account, query: {} },
  'POST /v1/accounts/:brand/:player/:currency/limits': {
    ...{ who: 'alice', ...account },
    body: {
      ...{ kind: ['stake', 'limit-kind'], period: ['day', 'limit-period'] },
      ...{ source: ['player', 'limit-source'], limit: ['900000000', 'limit-value'] },
    },
  },
  'GET /v1/players/:brand/:player/exclusions': {
    ...{ who: 'audrey', params: { brand, player }, query: {} },
  },
  'POST /v1/players/:brand/:player/exclusions': {
    ...{ who: 'alice', params: { brand, player }, body: terms },
  },
  'POST /v1/players/:brand/:player/exclusions/lift': {
    ...{ who: 'alice', params: { brand, player }, body: { kind: ['block', 'exclusion'] } },
  },
};

/** `withdrawal` is one that waits for review, requested by a game service; `session` is live. */
export function targets(
  withdrawal: string,
  contentHash: string,
  session: string,
): Record<string, Target> {
  const id = [withdrawal, 'withdrawal'] as const;
  return {
    'POST /v1/players': { who: 'alice', body: { brand, player: ['p-2', 'name'] } },
    'POST /v1/players/:brand/:player/deposit-addresses': {
      ...{ who: 'alice', params: { brand, player }, body: { chain } },
    },
    'GET /v1/players/:brand/:player/balances': {
      ...{ who: 'acme', params: { brand, player }, query: past },
    },
    'POST /v1/sessions': {
      who: 'acme',
      body: {
        ...{ brand, player, currency, expiresInSeconds: [60, 'seconds'] },
        deviceRef: ['d-5f0c1e0a7a554d1e', 'opaque'],
        networkRef: ['n-2b8b6b1b6a10f3c4', 'opaque'],
      },
    },
    'POST /v1/sessions/close': {
      who: 'acme',
      body: { brand, player, currency, session: [session, 'session'] },
    },
    ...GAMES,
    'POST /v1/withdrawals': {
      who: 'alice',
      headers: { 'idempotency-key': ['k-1', 'external'] },
      body: { ...game, chain, destination: [DESTINATION, 'destination'], amount: ['5', 'amount'] },
    },
    'GET /v1/withdrawals': {
      who: 'audrey',
      query: {
        ...{ status: 'withdrawal-status', outcome: 'outcome', minScore: 'score', ...queue },
      },
    },
    'GET /v1/withdrawals/:id': { who: 'bob', params: { id }, query: reading },
    'POST /v1/withdrawals/:id/approve': {
      ...{ who: 'bob', params: { id }, body: { contentHash: [contentHash, 'hash'] } },
    },
    'POST /v1/withdrawals/:id/reject': {
      ...{ who: 'bob', params: { id }, body: { reason: ['no', 'reason'] } },
    },
    'POST /v1/withdrawals/:id/cancel': {
      ...{ who: 'bob', params: { id }, body: { reason: ['no', 'reason'] } },
    },
    'POST /v1/withdrawals/:id/hold': {
      ...{ who: 'bob', params: { id }, body: { reason: ['no', 'reason'] } },
    },
    'POST /v1/withdrawals/:id/release': {
      ...{ who: 'bob', params: { id }, body: { reason: ['no', 'reason'] } },
    },
    ...RATES,
    'GET /v1/withdrawals/:id/risk': { who: 'bob', params: { id }, query: reading },
    ...LIMITS,
    ...ANALYTICS,
    ...RISK,
    ...READERS,
  };
}
