import { hash } from 'node:crypto';
import { z } from 'zod';

/**
 * Every identity that stands in a stream's name. None may hold a dot, which divides the parts, and
 * each is bounded so that a name stays under the log's limit.
 */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const nameRule = 'must be 1 to 64 letters, digits, _ or -, and begin with a letter or digit';

export const brandId = z
  .string()
  .regex(NAME, nameRule)
  .meta({ examples: ['main'] });
export const playerId = z
  .string()
  .regex(NAME, nameRule)
  .meta({ examples: ['p-1001'] });
export const currencyCode = z
  .string()
  .regex(/^[A-Z][A-Z0-9]{1,15}$/, 'must be a currency code such as USDT')
  .meta({ examples: ['USDT'] });
export const providerId = z
  .string()
  .regex(NAME, nameRule)
  .meta({ examples: ['acme-games'] });

/** A caller's own id: printable ASCII without white space, so that it has one spelling. */
const EXTERNAL_ID = /^[\x21-\x7e]{1,128}$/;
export const externalId = z
  .string()
  .regex(EXTERNAL_ID, 'must be 1 to 128 printable ASCII characters without spaces')
  .meta({ examples: ['tx-7001'] });

export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a lower-case UUID');

/**
 * Something personal that is kept beside the log under this name: a device, a network. The form has
 * no room for an address of either: no dot, no colon, and longer than the longest IPv4 address.
 */
export const opaqueRef = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,64}$/, 'must be 16 to 64 letters, digits, _ or -, and name nothing')
  .meta({
    description: 'Opaque: a random id, or a hash under a secret key; never the thing itself',
    examples: ['d-5f0c1e0a7a554d1e'],
  });

/** CAIP-2. */
export const chainId = z
  .string()
  .regex(/^[a-z0-9-]{3,8}:[A-Za-z0-9-]{1,32}$/, 'must be a CAIP-2 chain id such as eip155:1')
  .meta({ examples: ['eip155:1'] });

export interface PlayerRef {
  readonly brand: string;
  readonly player: string;
}

export interface AccountRef extends PlayerRef {
  readonly currency: string;
}

/** What one deposit is, for ever: never its amount, sender or symbol. */
export interface DepositRef {
  readonly chain: string;
  readonly txid: string;
  readonly position: string;
}

/** With what the names of all accounts' streams begin. */
export const ACCOUNT_STREAMS = 'account-';

/** Whose stream it is: a name of `streams.account`. */
export function accountOf(stream: string): AccountRef {
  const [brand = '', player = '', currency = ''] = stream.slice(ACCOUNT_STREAMS.length).split('.');
  return { brand, player, currency };
}

export const streams = {
  account: ({ brand, player, currency }: AccountRef) =>
    `${ACCOUNT_STREAMS}${brand}.${player}.${currency}`,
  player: ({ brand, player }: PlayerRef) => `player-${brand}.${player}`,
  deposit: ({ chain, txid, position }: DepositRef) => `deposit-${chain}.${txid}.${position}`,
  withdrawal: (id: string) => `withdrawal-${id}`,
  wallet: (chain: string, address: string) => `wallet-${chain}.${address}`,
  addresses: (chain: string) => `addresses-${chain}`,
  policy: (name: string) => `policy-${name}`,
  rates: (quote: string) => `rates-${quote}`,
  clock: () => 'clock-main',
} as const;

const NAMESPACE = Buffer.from('2f6f6a3c6f0e5f0b9a536c1b7d0a4e11', 'hex');
/** The two bits of the variant, on the digit that they stand in. */
const VARIANT = '89ab89ab89ab89ab';
const FORM = 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx';
const VERSION_AT = 14;
const VARIANT_AT = 19;
const NODE_AT = 24;
/** Where its digits stand. */
const PLACES = [...FORM].flatMap((character, at) => (character === 'x' ? [at] : []));
/** Its characters, written again and again: of an id in pieces, four times as much is garbage. */
const units = Array.from(FORM, (character) => character.charCodeAt(0));
const [ZERO = 0, FIVE = 0, NINE = 0, A = 0, F = 0] = [...'059af'].map((each) => each.charCodeAt(0));

/**
 * The same parts give the same UUID (version 5) for ever: the root of every retry's harmlessness.
 * Written out, because each event needs one and the package takes eight times as long.
 */
export function deterministicId(...parts: readonly string[]): string {
  // JSON, because no joining character is safe against ['a:b','c'] and ['a','b:c'].
  return uuidOf(JSON.stringify(parts));
}

/**
 * Of a command's events, the first of which has this revision: of their content too, so that two
 * commands that share a key but nothing else differ. One hash serves all: each id is the one before
 * it plus one. No part has a line break (canonical JSON has it escaped), so nothing needs quoting.
 */
export function eventIds(
  stream: string,
  revision: number,
  commandId: string,
  data: readonly string[],
): string[] {
  let id = uuidOf(`${stream}\n${revision}\n${commandId}\n`, data.join('\n'));
  return data.map((_, index) => {
    if (index > 0) id = idAfter(id);
    return id;
  });
}

/** One on in its last group of digits, which goes on with zero after its highest. */
export function idAfter(id: string): string {
  for (let at = 0; at < units.length; at++) units[at] = id.charCodeAt(at);
  let at = units.length - 1;
  while (at >= NODE_AT && units[at] === F) units[at--] = ZERO;
  if (at >= NODE_AT) units[at] = units[at] === NINE ? A : (units[at] as number) + 1;
  return String.fromCharCode(...units);
}

/** The name follows the namespace. One for all: nothing is kept of it. */
const hashed = Buffer.alloc(NAMESPACE.length + 8_192);
NAMESPACE.copy(hashed);

/** Its beginnings, by their length: to make one takes as long as to hash it. */
const beginnings: Buffer[] = [];

/** The namespace and the name, which comes in two parts. */
function bytesOf(name: string, more: string): Buffer {
  // No character takes more than three bytes.
  if (3 * (name.length + more.length) > hashed.length - NAMESPACE.length) {
    return Buffer.concat([NAMESPACE, Buffer.from(name + more)]);
  }
  const end = NAMESPACE.length + hashed.write(name, NAMESPACE.length);
  const length = end + hashed.write(more, end);
  beginnings[length] ??= hashed.subarray(0, length);
  return beginnings[length];
}

function uuidOf(name: string, more = ''): string {
  const bytes = bytesOf(name, more);
  const digits = hash('sha1', bytes, 'hex');
  let digit = 0;
  for (const at of PLACES) units[at] = digits.charCodeAt(digit++);
  units[VERSION_AT] = FIVE;
  units[VARIANT_AT] = VARIANT.charCodeAt(Number.parseInt(digits.charAt(16), 16));
  return String.fromCharCode(...units);
}

export function withdrawalId({ brand, player }: PlayerRef, idempotencyKey: string): string {
  return deterministicId('withdrawal', brand, player, idempotencyKey);
}

export function depositId({ chain, txid, position }: DepositRef): string {
  return `${chain}.${txid}.${position}`;
}
