import { defaultRiskRules } from '../../../src/config/risk-rules.ts';
import { tokenOf } from '../../support/sessions.ts';
import { BAD_TEXT, type Kind, WRONG_TYPES } from './bad-values.ts';

/** A message of a good batch. */
export const GOOD_MEMBER = {
  ...{ type: 'bet', transaction: 'tx-6', round: 'r-6', game: 'dice', amount: '1000' },
  session: tokenOf('acme-games'),
};

const members = (count: number) => Array.from({ length: count }, (_, index) => index);

const BAD_DATA: readonly unknown[] = [
  ...[{ a: 1.5 }, { a: 1e21 }, { a: 2 ** 60 }, { a: null }, { a: {} }, { a: [] }, { a: [1] }],
  ...[{ '': 1 }, { 'a b': 1 }, { _a: 1 }, { 1: 1 }, { é: 1 }, { ['x'.repeat(41)]: 1 }],
  ...[{ a: 'x'.repeat(1_024) }, { a: 'é'.repeat(512) }, { a: '\u0000' }, { a: 'a\ud800' }],
  Object.fromEntries(members(21).map((index) => [`k${index}`, index])),
  Object.fromEntries(members(20).map((index) => [`k${index}`, 'x'.repeat(50)])),
];

const spoiled = (field: string, kind: Kind) =>
  [...WRONG_TYPES, null, undefined, ...BAD_TEXT[kind]].map((value) => ({
    ...GOOD_MEMBER,
    [field]: value,
  }));

const BAD_MEMBERS: readonly unknown[] = [
  ...[null, true, 1, 'bet', [], {}, { type: 'bet' }, { ...GOOD_MEMBER, type: undefined }],
  ...['Bet', 'BET', 'placeBet', 'debit', '', 'batch', 'toString'].map((type) => ({
    ...GOOD_MEMBER,
    type,
  })),
  ...['brand', 'player', 'currency', 'provider', 'bet', 'target', 'messages', 'Amount'].map(
    (name) => ({ ...GOOD_MEMBER, [name]: 'main' }),
  ),
  // What makes a good bet is no other message.
  ...['win', 'credit', 'rollback', 'round-close'].map((type) => ({ ...GOOD_MEMBER, type })),
  ...spoiled('amount', 'amount'),
  ...spoiled('transaction', 'external'),
  ...spoiled('round', 'external'),
  ...BAD_DATA.map((data) => ({ ...GOOD_MEMBER, data })),
];

const BAD_MESSAGES: readonly unknown[] = [
  ...[GOOD_MEMBER, { 0: GOOD_MEMBER }, [[GOOD_MEMBER]], [GOOD_MEMBER, null]],
  members(101).map((index) => ({ ...GOOD_MEMBER, transaction: `tx-6-${index}` })),
  [
    { ...GOOD_MEMBER, transaction: 'tx-6' },
    { ...GOOD_MEMBER, amount: '1001' },
  ],
  ...BAD_MEMBERS.map((member) => [member]),
  ...BAD_MEMBERS.slice(0, 40).map((member) => [GOOD_MEMBER, member]),
];

/** What a rule set is with one field changed, of itself or of its first rule. */
const rules = (change: object, rule: object = {}) => {
  const set = defaultRiskRules();
  const [first, ...others] = set.rules;
  return { ...set, rules: [{ ...first, ...rule }, ...others], ...change };
};

const BAD_RULE_SETS: readonly unknown[] = [
  ...['reviewFrom', 'holdFrom', 'expectedReturnBp', 'usedByMany', 'rules'].flatMap((field) =>
    [true, 'x', 1.5, -1, {}, null, undefined].map((value) => rules({ [field]: value })),
  ),
  ...['id', 'about', 'signal', 'window', 'atLeast', 'points'].flatMap((field) =>
    [true, -1, 1.5, [], {}, null, undefined, ''].map((value) => rules({}, { [field]: value })),
  ),
  ...[{ atMost: 5 }, { minSamples: 5 }, { more: 1 }].map((rule) => rules({}, rule)),
  ...[{ more: 1 }, { holdFrom: 39 }, { usedByMany: ['x'.repeat(201)] }].map((set) => rules(set)),
];

/** What is bad in fields that hold more than a text or a number. */
export const BAD_STRUCTURES: Readonly<Partial<Record<Kind, readonly unknown[]>>> = {
  'audit-data': BAD_DATA,
  messages: BAD_MESSAGES,
  'rule-set': BAD_RULE_SETS,
};
