import { CHAIN, DESTINATION, HOT_WALLET, TOKEN } from './stage.ts';

/** What a field holds, and so what is bad in it. */
export type Kind =
  | 'name'
  | 'opaque'
  | 'risk-outcome'
  | 'risk-mode'
  | 'version'
  | 'rule-set'
  | 'external'
  | 'optional-external'
  | 'currency'
  | 'known-currency'
  | 'amount'
  | 'chain'
  | 'destination'
  | 'hash'
  | 'reason'
  | 'withdrawal'
  | 'deposit'
  | 'position'
  | 'limit'
  | 'cursor'
  | 'withdrawal-status'
  | 'deposit-status'
  | 'class'
  | 'token'
  | 'session'
  | 'seconds'
  | 'limit-kind'
  | 'limit-period'
  | 'limit-source'
  | 'limit-value'
  | 'exclusion'
  | 'term'
  | 'game-kind'
  | 'audit-data'
  | 'reason-of-credit'
  | 'messages'
  | 'ledger-account'
  | 'any-chain'
  | 'topics'
  | 'outcome'
  | 'score'
  | 'asset'
  | 'address'
  | 'shown'
  | 'age'
  | 'sort'
  | 'day'
  | 'rate'
  | 'decimals'
  | 'ledger-class'
  | 'export-format'
  | 'point'
  | 'date'
  | 'caip-2'
  | 'dimensions'
  | 'format'
  | 'measure'
  | 'cohort'
  | 'cohort-period';

const NUL = '\u0000';
const HALF_PAIR = 'a\ud800';

export const WRONG_TYPES: readonly unknown[] = [
  ...[true, false, 0, 1, -1, 1.5, 1e21, 2 ** 60],
  ...[[], {}, ['a'], [[]], { a: 1 }, { toString: 'x' }, { length: 3 }],
];

/** Bad for everything that isn't free text. */
const ODD_TEXT: readonly string[] = [
  ...['', ' ', '\t', '\n', 'a b', 'a\nb', NUL, `a${NUL}b`, HALF_PAIR, 'x'.repeat(5_000)],
  ...['\u202Eabc', '💰', 'é', '\uFEFFa', 'a\u200bb', '\u0430', '％', 'a\u007f'],
];

/** Bad for names in streams, whose parts are divided by dots. */
const ODD_NAMES: readonly string[] = [
  ...['a.b', '.', '..', '../x', 'a/b', '/', '\\', '%00', '%2e%2e', '%2F', '_a', '-a', 'a:b'],
  ...['x'.repeat(65), 'x'.repeat(129), '__proto__', "a'--", 'a;b', 'a"b', '$a', 'a*', '{}'],
];

const ODD_NUMBERS: readonly string[] = [
  ...['-1', '+1', '1.0', '1.', '.5', '1e3', '1E3', '0x10', '0b1', '01', '00', ' 1', '1 '],
  ...['1_000', '1,000', 'Infinity', 'NaN', '-0', '١٢٣', '１', '1n', 'ten', '--1', '1/2'],
];

export const BAD_TEXT: Readonly<Record<Kind, readonly string[]>> = {
  name: [...ODD_TEXT, ...ODD_NAMES],
  external: [...ODD_TEXT, 'x'.repeat(129), 'tx 1', ' tx', 'tx '],
  'optional-external': [...ODD_TEXT, 'x'.repeat(129), 'tx 1', ' tx', 'tx '],
  currency: [...ODD_TEXT, ...ODD_NAMES, 'usdt', 'U', '1ST', 'X'.repeat(17), 'US-D', 'ВТС'],
  'known-currency': [...ODD_TEXT, ...ODD_NAMES, 'usdt', 'U', '1ST', 'DOGE', 'BTC', 'XX'],
  amount: [...ODD_TEXT, ...ODD_NUMBERS, '0', '1'.repeat(80), '9'.repeat(79), '9'.repeat(78)],
  chain: [
    ...[...ODD_TEXT, ...ODD_NAMES, 'eip155', 'eip155:', ':1', 'EIP155:31337', 'a:1', 'eip155:1'],
    ...['eip155:031337', 'solana:abc', `eip155:${'1'.repeat(33)}`, 'eip155:31337 ', 'tron:1'],
  ],
  destination: [
    ...[...ODD_TEXT, ...ODD_NAMES, '0x', '0x1234', DESTINATION.slice(2), `${DESTINATION}0`],
    ...[DESTINATION.replace('b', 'B'), `0x${'0'.repeat(40)}`, TOKEN, HOT_WALLET, 'bc1qxyz'],
  ],
  hash: [
    ...[...ODD_TEXT, ...ODD_NAMES, '0'.repeat(63), '0'.repeat(65), 'g'.repeat(64)],
    ...['A'.repeat(64), `0x${'0'.repeat(62)}`, '0'.repeat(64), 'f'.repeat(64)],
  ],
  reason: ['', 'x'.repeat(201), 'x'.repeat(5_000), NUL, `a${NUL}b`, HALF_PAIR, '\udc00\ud800'],
  withdrawal: [
    ...[...ODD_TEXT, ...ODD_NAMES, '00000000-0000-4000-8000-00000000000', '0'.repeat(36)],
    ...['{00000000-0000-4000-8000-000000000000}', '00000000-0000-4000-8000-0000000000AB'],
    ...['00000000000040008000000000000000', '00000000-0000-4000-8000-000000000001'],
  ],
  deposit: [
    ...[...ODD_TEXT, ...ODD_NAMES, 'eip155:1.0xab', 'eip155:1..native', 'eip155.0xab.native'],
    ...[`eip155:1.0x${'a'.repeat(300)}.native`, 'EIP155:1.0xab.native', 'eip155:1.0x/b.native'],
    ...['eip155:31337.0xab.native', "eip155:31337.0xab.log.0'", 'eip155:31337.0xab.%00'],
  ],
  position: [
    ...[...ODD_TEXT.filter((text) => text !== ''), ...ODD_NUMBERS, '1', '0'.repeat(15)],
    ...['0'.repeat(17), `${'0'.repeat(15)}a`, `-${'0'.repeat(15)}`, '９'.repeat(16)],
  ],
  limit: [...ODD_TEXT, ...ODD_NUMBERS, '0', '201', '1000', '99999999999999999999', '050', '1;1'],
  cursor: [
    ...[...ODD_TEXT, ...ODD_NAMES, 'garbage', 'YQ', 'YQ.', '.000000000000', 'YQ.000000000000'],
    ...['0000000000000001', '0000000000000001/0', 'null', `${'a'.repeat(400)}.000000000000`],
  ],
  'withdrawal-status': [...ODD_TEXT, ...ODD_NAMES, 'requested', 'UNDER REVIEW', 'Unknown', '1'],
  'deposit-status': [...ODD_TEXT, ...ODD_NAMES, 'Credited', 'FINAL', 'Unknown', '1'],
  class: [...ODD_TEXT, ...ODD_NAMES, 'gaming', 'custody', 'Available', 'available:main/p-1'],
  token: [
    ...[...ODD_TEXT, ...ODD_NAMES, 'a'.repeat(42), 'a'.repeat(44), `${'a'.repeat(42)}+`],
    ...[`${'a'.repeat(42)}=`, 'a'.repeat(43), 'A'.repeat(43), '_'.repeat(43)],
  ],
  session: [
    ...[...ODD_TEXT, ...ODD_NAMES, '00000000-0000-4000-8000-000000000000', '0'.repeat(36)],
    ...['{00000000-0000-4000-8000-000000000000}', '00000000-0000-4000-8000-0000000000AB'],
  ],
  seconds: [...ODD_TEXT, ...ODD_NUMBERS, '60', '0', '86401'],
  'limit-kind': [...ODD_TEXT, ...ODD_NAMES, 'Loss', 'losses', 'bet', 'session', 'time', '0'],
  'limit-period': [...ODD_TEXT, ...ODD_NAMES, 'Day', 'days', 'year', 'hour', '1', 'P1D'],
  'limit-source': [...ODD_TEXT, ...ODD_NAMES, 'Player', 'players', 'staff', 'nobody', '0'],
  'limit-value': [...ODD_TEXT, ...ODD_NUMBERS, '1'.repeat(79), '9'.repeat(80), 'null', 'none'],
  exclusion: [...ODD_TEXT, ...ODD_NAMES, 'Block', 'blocks', 'cooloff', 'self_exclusion', '0'],
  term: [
    ...[...ODD_TEXT, ...ODD_NUMBERS, '2999-01-01', '2999-13-01T00:00:00Z', '2999-02-30T00:00:00Z'],
    ...['1999-01-01T00:00:00Z', '2999-01-01T00:00:00', '2999-01-01 00:00:00Z', 'tomorrow'],
  ],
  opaque: [
    ...[...ODD_TEXT, 'd-1', '192.168.100.100', '2001:db8::1', 'x'.repeat(15), 'x'.repeat(65)],
    ...['Mozilla/5.0 (X11; Linux x86_64)', 'aa:bb:cc:dd:ee:ff', 'somebody@example.com'],
  ],
  'risk-outcome': [...ODD_TEXT, ...ODD_NAMES, 'Pass', 'reviewed', 'none', '0'],
  'risk-mode': [...ODD_TEXT, ...ODD_NAMES, 'Active', 'past', 'none', '0'],
  version: [...ODD_TEXT, ...ODD_NUMBERS, '0', '1'.repeat(10), 'active'],
  'rule-set': [...ODD_TEXT, ...ODD_NAMES, '{}', 'default'],
  'game-kind': [...ODD_TEXT, ...ODD_NAMES, 'Slot', 'slots', 'dice', 'casino', '0', 'none'],
  'audit-data': [...ODD_TEXT, '{}', '{"a":1}'],
  'reason-of-credit': [...ODD_TEXT, ...ODD_NAMES, 'Promotion', 'bonus', 'free_round', 'win', '0'],
  messages: [...ODD_TEXT, '[]', 'bet'],
  day: [
    ...[
      ...ODD_TEXT,
      ...ODD_NUMBERS,
      '2026-1-1',
      '2026-02-30',
      '2026-13-01',
      '20260101',
      '9999-01-01',
    ],
    ...['2026-01-01T00:00:00Z', '01.02.2026', 'today', '+2026-01-01', '12026-01-01'],
  ],
  rate: [
    ...ODD_TEXT,
    ...ODD_NUMBERS.filter((text) => text !== ''),
    '0',
    '0.0',
    '1.50',
    '0.',
    '1'.repeat(19),
  ],
  'caip-2': [
    ...[...ODD_TEXT, ...ODD_NAMES.filter((text) => text !== 'a:b'), 'eip155', 'eip155:', ':1'],
    ...['EIP155:1', 'a:1', `eip155:${'1'.repeat(33)}`, 'eip155:1 '],
  ],
  date: [...ODD_TEXT, ...ODD_NUMBERS, '2026-02-30', '2026-1-1', '2026-01-01T00:00:00Z', 'today'],
  dimensions: [
    ...ODD_TEXT.filter((text) => text !== ''),
    ...[...ODD_NAMES, ',', 'day,', 'day,day', 'day;brand', 'Day', 'player', 'day, brand', '1'],
  ],
  format: [...ODD_TEXT, ...ODD_NAMES, 'JSON', 'xml', 'text/csv'],
  measure: [...ODD_TEXT, ...ODD_NAMES, 'Payout', 'deposit', 'bet'],
  cohort: [...ODD_TEXT, ...ODD_NAMES, 'Registration', 'first_bet', 'bet'],
  'cohort-period': [...ODD_TEXT, ...ODD_NAMES, 'Day', 'days', 'year', '7'],
  decimals: [...ODD_TEXT, ...ODD_NUMBERS, '2'],
  outcome: [...ODD_TEXT, ...ODD_NAMES, 'Pass', 'fail', 'ok', '0', 'none', 'reviewed'],
  score: [...ODD_TEXT, ...ODD_NUMBERS, '101', 'high', '50%', '99999999999999999999'],
  topics: [...ODD_TEXT, ...ODD_NAMES, 'balances,', ',deposits', 'Balances', 'balances;deposits'],
  'any-chain': [...ODD_TEXT, ...ODD_NAMES, 'eip155', 'eip155:', ':1', 'EIP155:31337', 'e:1'],
  address: [...ODD_TEXT.filter((text) => text !== 'a'), '0x12', 'a.b', '../x', 'x'.repeat(101)],
  shown: [...ODD_TEXT, ...ODD_NAMES, 'All', 'different', 'none', '0', 'true', 'unbooked'],
  asset: [...ODD_TEXT, ...ODD_NAMES, CHAIN, `${CHAIN}/`, '/slip44:60', `${CHAIN}/slip44`, 'ETH'],
  age: [...ODD_TEXT, ...ODD_NUMBERS, '9'.repeat(10), '1h', '1s', 'P1D', 'now', '60.5', '0.0'],
  // Amounts of two currencies have no order.
  sort: [...ODD_TEXT, ...ODD_NAMES, 'largest', 'smallest', 'Oldest', 'age', 'amount', '-age'],
  'ledger-account': [
    ...[...ODD_TEXT, ...ODD_NAMES, 'players', 'Gaming', 'available:', 'available:main'],
    ...['available:main/', 'available:main/p-1/x', 'gaming:x', "gaming' or 1=1"],
  ],
  'ledger-class': [...ODD_TEXT, ...ODD_NAMES, 'Gaming', 'bonus', 'available:main/p-1', '1000'],
  'export-format': [...ODD_TEXT, ...ODD_NAMES, 'CSV', 'json', 'ledger', 'beancount', 'pdf'],
  point: [
    ...[...ODD_TEXT, ...ODD_NUMBERS, '1', '0'.repeat(15), '0'.repeat(17), '2026-01-31'],
    ...['2026-01-31T12:00:00', '2026-01-31 12:00:00Z', '2026-02-30T00:00:00Z', 'now', '-infinity'],
    ...['2026-01-31T24:00:00Z', '2026-01-31T12:00:60Z', '0000-01-01T00:00:00Z', 'yesterday'],
    ...['2026-01-31T12:00:00+01:00', '9999-01-01T00:00:00Z', '1999-13-01T00:00:00Z'],
  ],
};
