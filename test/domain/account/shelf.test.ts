import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ByteReader } from '../../../src/domain/account/bytes.ts';
import { KeyHashes } from '../../../src/domain/account/key-hashes.ts';
import {
  type ByteForm,
  depositBytes,
  holdBytes,
  ID,
  roundBytes,
  transactionBytes,
} from '../../../src/domain/account/record-bytes.ts';
import type { Transaction } from '../../../src/domain/account/records.ts';
import { Shelf } from '../../../src/domain/account/shelf.ts';
import { SketchedShelf } from '../../../src/domain/account/sketch.ts';
import { deposits, holds, rounds, texts, transactions } from './arbitrary-records.ts';
import { PlainShelf } from './plain-shelf.ts';

const bet = (revision: number): Transaction => ({
  kind: 'bet',
  revision,
  available: 10n ** 20n + BigInt(revision),
  held: 0n,
  round: `r-${revision}`,
  game: 'dice',
  gameKind: 'slot',
  reference: '',
  amount: 5n,
  rolledBack: false,
  wins: 0,
});

/** Few, so that they meet again; some differ only at the end, or only in their form. */
const IDS = [
  ...['', 'a', 'b', 'acme t-1', 'acme t-2', 'é', '\u0101', '\u{1f3b2}', '\ud83c', 'a\u0000'],
  ...['x'.repeat(300), `${'x'.repeat(299)}y`, `${'x'.repeat(299)}\u2013`],
];
const someIds = fc.shuffledSubarray(IDS, { minLength: 2, maxLength: 5 });

type Step<R> = { readonly on: 0 | 1; readonly id: string } & (
  | { readonly does: 'add' | 'change' | 'put'; readonly record: R }
  | { readonly does: 'put nothing' | 'get' | 'take' | 'look' }
  | { readonly does: 'evict'; readonly keep: number }
);

function stepsOf<R>(ids: string[], records: fc.Arbitrary<R>): fc.Arbitrary<Step<R>[]> {
  const where = { on: fc.constantFrom(0 as const, 1 as const), id: fc.constantFrom(...ids) };
  const step: fc.Arbitrary<Step<R>> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        ...where,
        does: fc.constantFrom('add' as const, 'change' as const, 'put' as const),
        record: records,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        ...where,
        does: fc.constantFrom(...(['put nothing', 'get', 'take', 'look'] as const)),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        ...where,
        does: fc.constant('evict' as const),
        keep: fc.nat(ids.length),
      }),
    },
  );
  return fc.array(step, { maxLength: 80, size: 'max' });
}

/** What came of it, also when it is a throw. */
function outcome<Value>(run: () => Value): Value | string {
  try {
    return run();
  } catch (error) {
    return String(error);
  }
}

function run<R extends object>(shelf: Shelf<R> | PlainShelf<R>, step: Step<R>): unknown {
  const { id } = step;
  switch (step.does) {
    case 'add':
      return shelf.add(id, step.record);
    case 'change':
      return shelf.change(id, () => step.record);
    case 'put':
      return shelf.put(id, step.record);
    case 'put nothing':
      return shelf.put(id, null);
    case 'get':
      return shelf.get(id);
    case 'take': {
      const taken: unknown[] = [];
      if (shelf instanceof PlainShelf) shelf.takeChanged((...visited) => taken.push(visited));
      else shelf.takeChanged((bytes, at) => taken.push(entryAt(shelf.form, bytes, at)));
      return taken;
    }
    case 'evict':
      return shelf.evict(step.keep);
    case 'look':
      return IDS.map((each) => [shelf.isMissing(each), outcome(() => shelf.get(each))]);
  }
}

function entryAt<R>(form: ByteForm<R>, bytes: Uint8Array, at: number): [string, R] {
  const reader = new ByteReader().from(bytes, at + ID);
  const id = reader.text();
  return [id, form.read(reader)];
}

/** Which of what is archived isn't here, nobody knows. */
function shelfWith<R extends object>(form: ByteForm<R>, total: number): Shelf<R> {
  const gone = new KeyHashes();
  if (total > 0) gone.lose();
  return new Shelf(form, gone, total);
}

function behavesPlainly<R extends object>(form: ByteForm<R>, records: fc.Arbitrary<R>): void {
  const totals = fc.tuple(fc.constantFrom(0, 3), fc.constantFrom(0, 3));
  fc.assert(
    fc.property(
      totals,
      someIds.chain((ids) => stepsOf(ids, records)),
      (archived, steps) => {
        const shelves = archived.map((total) => shelfWith(form, total));
        const plain = archived.map((total) => new PlainShelf<R>(total));
        for (const step of [...steps, ...lastLooks]) {
          const [one, other] = [shelves[step.on], plain[step.on]];
          if (!one || !other) throw new Error('there are two');
          const [came, should] = [outcome(() => run(one, step)), outcome(() => run(other, step))];
          const seen = [came, one.size, one.total, one.isWhole];
          expect(seen).toEqual([should, other.size, other.total, other.isWhole]);
        }
      },
    ),
    { numRuns: 150 },
  );
}

const lastLooks = ([0, 1] as const).map((on) => ({ on, id: '', does: 'look' as const }));

describe('a shelf of bytes', () => {
  it('L5 keeps, tells and forgets what a map of objects would: transactions', () =>
    behavesPlainly(transactionBytes, transactions));

  it('L5 keeps, tells and forgets what a map of objects would: rounds', () =>
    behavesPlainly(roundBytes, rounds));

  it('L5 finds each of 100,000 records as it was added, and nothing else', () => {
    const shelf = new Shelf(transactionBytes);
    for (let n = 0; n < 100_000; n++) shelf.add(`acme t-${n}`, bet(n));
    for (let n = 0; n < 100_000; n += 97) expect(shelf.get(`acme t-${n}`)).toEqual(bet(n));
    expect(shelf.get('acme t-100000')).toBeUndefined();
    expect(shelf.size).toBe(100_000);
  });

  it('is changed by nobody who has one of its records in hand', () => {
    const shelf = new Shelf(transactionBytes);
    const added = bet(1);
    shelf.add('t', added);
    expect(() => Object.assign(added, { wins: 9 })).toThrow(TypeError);
    expect(() => Object.assign(shelf.get('t') ?? {}, { wins: 9 })).toThrow(TypeError);
    expect(shelf.get('t')).toEqual(bet(1));
  });

  it('does not remember what has left', () => {
    const shelf = new Shelf(transactionBytes);
    shelf.add('t', bet(1));
    shelf.takeChanged(() => {});
    shelf.evict(0);
    expect(() => shelf.get('t')).toThrow('not in memory');
  });

  it('refuses a record of a kind that there is not, and is as it was', () => {
    const shelf = new Shelf(transactionBytes);
    shelf.add('t-1', bet(1));
    const unheard = { ...bet(2), kind: 'loan' } as unknown as Transaction;
    expect(() => shelf.add('t-2', unheard)).toThrow('no loan');
    expect(shelf.get('t-2')).toBeUndefined();
    expect([shelf.size, shelf.total, shelf.get('t-1')]).toEqual([1, 1, bet(1)]);
  });

  it('never sees what happens to a draft of it', () => {
    const shelf = new Shelf(transactionBytes);
    shelf.add('t-1', bet(1));
    const draft = new SketchedShelf(shelf);
    expect(draft.change('t-1', (record) => ({ ...record, wins: 1 }))).toEqual(bet(1));
    draft.add('t-2', bet(2));
    expect([draft.get('t-1')?.wins, draft.get('t-2')]).toEqual([1, bet(2)]);
    expect([shelf.get('t-1'), shelf.get('t-2'), shelf.total]).toEqual([bet(1), undefined, 1]);
  });
});

/** Of each kind of array the lengths, in bytes, that were made: a shelf holds the last of each. */
function watchAllocations(): { bytes: number[]; slots: number[] } {
  const made = { bytes: [] as number[], slots: [] as number[] };
  const watched = <A extends Uint8ArrayConstructor | Int32ArrayConstructor>(
    kind: A,
    to: number[],
  ) =>
    new Proxy(kind, {
      construct(target, [first, ...rest]) {
        const array = Reflect.construct(target, [first, ...rest]);
        if (typeof first === 'number') to.push(array.byteLength);
        return array;
      },
    });
  vi.stubGlobal('Uint8Array', watched(Uint8Array, made.bytes));
  vi.stubGlobal('Int32Array', watched(Int32Array, made.slots));
  return made;
}

describe('the memory of a shelf', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  const last = (lengths: readonly number[]) => lengths.at(-1) ?? 0;

  it('is none while it has no record, and little with the first', () => {
    const made = watchAllocations();
    const shelf = new Shelf(transactionBytes);
    expect(shelf.get('t')).toBeUndefined();
    expect([made.bytes, made.slots]).toEqual([[], []]);
    shelf.add('t', bet(1));
    expect([made.bytes, made.slots]).toEqual([[256], [128]]);
  });

  it('is that of what it keeps, however many come, change and leave', () => {
    const made = watchAllocations();
    const shelf = new Shelf(transactionBytes);
    const counted = (record: Transaction) => ({ ...record, wins: record.wins + 1 });
    for (let n = 0; n < 100_000; n++) {
      shelf.add(`acme t-${n}`, bet(n));
      shelf.change(`acme t-${n}`, counted);
      if (n % 500 !== 499) continue;
      shelf.takeChanged(() => {});
      shelf.evict(2_000);
    }
    expect([shelf.size, shelf.total]).toEqual([2_000, 100_000]);
    expect(Math.max(...made.bytes)).toBeLessThanOrEqual(2_500 * 240);
    expect(last(made.bytes) + last(made.slots)).toBeLessThanOrEqual(2_000 * 300);
    shelf.evict(10);
    expect(last(made.bytes)).toBeLessThanOrEqual(4_096);
    expect(shelf.get('acme t-99999')).toEqual(counted(bet(99_999)));
  });

  it('does not grow with what changes in place', () => {
    const made = watchAllocations();
    const shelf = new Shelf(roundBytes);
    for (let n = 0; n < 4; n++) shelf.add(`r-${n}`, { closed: false, bets: 0, wins: 0 });
    for (let n = 0; n < 10_000; n++) {
      shelf.change(`r-${n % 4}`, (round) => ({ ...round, bets: round.bets + 1 }));
    }
    expect(made.bytes).toEqual([256]);
    expect(shelf.get('r-3')).toEqual({ closed: false, bets: 2_500, wins: 0 });
  });
});

describe('a record in bytes', () => {
  /** Written where there is room, among other bytes, it is read back as it was. */
  function comesBack<R extends object>(form: ByteForm<R>, records: fc.Arbitrary<R>): void {
    fc.assert(
      fc.property(records, fc.nat(40), (record, start) => {
        const end = form.write(new Uint8Array(8), start, record);
        const bytes = new Uint8Array(end + 1).fill(0xee);
        expect(form.write(bytes, start, record)).toBe(end);
        expect(form.read(new ByteReader().from(bytes, start))).toEqual(record);
        expect([bytes[end], ...bytes.subarray(0, start)].every((byte) => byte === 0xee)).toBe(true);
      }),
      { numRuns: 250 },
    );
  }

  it('L4 comes back to the last unit: a transaction', () =>
    comesBack(transactionBytes, transactions));
  it('L4 comes back to the last unit: a round', () => comesBack(roundBytes, rounds));
  it('L4 comes back to the last unit: a hold', () => comesBack(holdBytes, holds));
  it('L4 comes back to the last unit: a deposit', () => comesBack(depositBytes, deposits));

  it('is told from any other by its text, and skipped', () => {
    fc.assert(
      fc.property(texts, texts, (text, other) => {
        const shelf = new Shelf(roundBytes);
        shelf.add(text, { closed: true, bets: 1, wins: 2 });
        expect(shelf.get(text)).toEqual({ closed: true, bets: 1, wins: 2 });
        if (other !== text) expect(shelf.get(other)).toBeUndefined();
      }),
    );
  });
});
