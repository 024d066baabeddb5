const FIRST_ROOM = 65_536;
const NUMERIC = /^\d{1,16}$/;

/**
 * What was acknowledged, by the number in the transaction's id: in typed arrays, so that keeping a
 * million answers costs the measured process no garbage.
 */
export class Answers {
  #accounts = new Int32Array(FIRST_ROOM);
  #places = new Float64Array(FIRST_ROOM);
  #balances = new Float64Array(FIRST_ROOM);
  #count = 0;
  #given = 0;

  /** How many were acknowledged. */
  get count(): number {
    return this.#count;
  }

  /** A number that no transaction has yet. */
  next(): number {
    return this.#given++;
  }

  /** One above the highest number given. */
  get end(): number {
    return this.#given;
  }

  add(number: number, account: number, place: number, balance: number): void {
    if (number >= this.#places.length) this.#grow(number + 1);
    if (this.#places[number] !== 0) throw new Error(`transaction ${number} was answered twice`);
    if (place === 0) throw new RangeError('an answer without its place');
    this.#accounts[number] = account;
    this.#places[number] = place;
    this.#balances[number] = balance;
    this.#count++;
  }

  /** Undefined: not acknowledged. */
  at(number: number): { account: number; place: number; balance: number } | undefined {
    const place = this.#places[number];
    if (place === undefined || place === 0) return undefined;
    const [account = 0, balance = 0] = [this.#accounts[number], this.#balances[number]];
    return { account, place, balance };
  }

  #grow(least: number): void {
    const length = Math.max(least, 2 * this.#places.length);
    const places = new Float64Array(length);
    const balances = new Float64Array(length);
    const accounts = new Int32Array(length);
    places.set(this.#places);
    balances.set(this.#balances);
    accounts.set(this.#accounts);
    this.#places = places;
    this.#balances = balances;
    this.#accounts = accounts;
  }
}

/** A position as a number: itself where it is one, else a hash of 52 bits. */
export function placeOf(position: string): number {
  if (NUMERIC.test(position)) return Number(position);
  let [low, high] = [0x811c9dc5, 0x1b873593];
  for (let index = 0; index < position.length; index++) {
    low = Math.imul(low ^ position.charCodeAt(index), 0x01000193);
    high = Math.imul(high ^ position.charCodeAt(index), 0x85ebca6b);
  }
  return (high >>> 12) * 2 ** 32 + (low >>> 0) + 1;
}
