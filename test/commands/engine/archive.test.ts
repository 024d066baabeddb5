import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory.ts';
import { MemoryArchive } from '../../../src/adapters/memory/archive.ts';
import { MemoryKeyRegister } from '../../../src/adapters/memory/key-register.ts';
import type { Archive } from '../../../src/archive.ts';
import { Engine } from '../../../src/commands/engine.ts';
import { staff } from '../../support/house.ts';
import { hastySystem as system } from '../../support/plain-house.ts';
import { tallyDecider } from '../../support/tally.ts';

/**
 * Goal: what is kept in parts is the same as what is kept whole. Method: a tally whose `evolve`
 * throws when a note stands twice, in engines that hold next to nothing in memory.
 */
const TIGHT = { snapshotEvents: 5, recordsKept: 1, mostStreams: 2, mostRecords: 4 };

const add = (engine: Engine, tally: string, note: string) =>
  engine.execute(tallyDecider, `tally-${tally}`, { type: 'Add', tally, note }, staff('test'));

const totalOf = async (engine: Engine, tally: string) =>
  (await engine.load(tallyDecider, `tally-${tally}`)).total;

function house(archive: Archive = new MemoryArchive()) {
  const shared = { store: new MemoryEventStore(), keys: new MemoryKeyRegister(), archive, system };
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  return { errors, engine: () => new Engine({ ...shared, onError }, TIGHT) };
}

describe('an engine that keeps streams in parts', () => {
  it('L5 a repeat is one for ever, whatever has left memory', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(30), fc.nat(3)), {
          minLength: 60,
          maxLength: 200,
        }),
        async (adds) => {
          const { engine, errors } = house();
          let current = engine();
          const expected = new Map<string, Set<string>>();
          for (const [tally, number, restart] of adds) {
            if (restart === 0) await current.drain();
            if (restart === 0 && number % 5 === 0) current = engine();
            const note = `${tally}-${number}`;
            const notes = expected.get(tally) ?? new Set();
            expected.set(tally, notes);
            const outcome = await add(current, tally, note);
            expect(outcome).toMatchObject({ kind: 'done', repeat: notes.has(note) });
            notes.add(note);
          }
          for (const [tally, notes] of expected) {
            expect(await totalOf(current, tally)).toBe(notes.size);
            expect(await totalOf(engine(), tally)).toBe(notes.size);
          }
          expect(errors).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('L6 two engines on one log and one archive: each note counts once', async () => {
    const { engine } = house();
    const engines = [engine(), engine()];
    for (let round = 0; round < 20; round++) {
      const notes = Array.from({ length: 6 }, (_, index) => `n-${round * 3 + index}`);
      const outcomes = await Promise.all(
        engines.flatMap((each) => notes.map((note) => add(each, 'a', note))),
      );
      expect(outcomes.every(({ kind }) => kind === 'done')).toBe(true);
    }
    for (const each of engines) expect(await totalOf(each, 'a')).toBe(63);
  });

  it('tells that a stream has begun while it is in memory and has events', async () => {
    const engine = house().engine();
    await totalOf(engine, 'a');
    expect(engine.hasBegun('tally-a')).toBe(false);
    await add(engine, 'a', 'first');
    expect(engine.hasBegun('tally-a')).toBe(true);
    for (const tally of ['b', 'c', 'd']) await add(engine, tally, `first-${tally}`);
    await engine.drain();
    expect(engine.hasBegun('tally-a')).toBe(false);
  });

  it('a snapshot that cannot be saved is told, and costs nothing but its time', async () => {
    const inner = new MemoryArchive();
    let fails = 0;
    const { engine, errors } = house({
      core: (...args) => inner.core(...args),
      hashes: (...args) => inner.hashes(...args),
      pages: (...args) => inner.pages(...args),
      save: async (...args) => {
        if (fails++ % 2 === 0) throw new Error('no room');
        return inner.save(...args);
      },
    });
    const one = engine();
    for (let note = 0; note < 60; note++) {
      expect(await add(one, 'a', `${note}`)).toMatchObject({ kind: 'done', repeat: false });
      await one.drain();
    }
    expect(errors.length).toBeGreaterThan(2);
    expect(await add(one, 'a', '0')).toMatchObject({ kind: 'done', repeat: true });
    expect(await totalOf(engine(), 'a')).toBe(60);
  });

  it('a long stream is ready from its snapshot: the log is read from there', async () => {
    const archive = new MemoryArchive();
    const store = new MemoryEventStore();
    const parts = { store, keys: new MemoryKeyRegister(), archive, system };
    const before = new Engine(parts, TIGHT);
    for (let note = 0; note < 100; note++) await add(before, 'a', `${note}`);
    await before.drain();
    let read = 0;
    const watched = Object.assign(Object.create(store) as MemoryEventStore, {
      readStream: async function* (...args: Parameters<MemoryEventStore['readStream']>) {
        for await (const event of store.readStream(...args)) {
          read++;
          yield event;
        }
      },
    });
    const after = new Engine({ ...parts, store: watched }, TIGHT);
    expect(await add(after, 'a', '3')).toMatchObject({ kind: 'done', repeat: true });
    expect(read).toBeLessThan(10);
  });
});

describe('a key of one stream', () => {
  it('L5 is refused to another, for ever, and changes nothing there', async () => {
    const { engine } = house();
    const one = engine();
    await add(one, 'a', 'n');
    const refused = { kind: 'refused', rejection: { code: 'key-reused', details: { note: 'n' } } };
    expect(await add(one, 'b', 'n')).toMatchObject(refused);
    expect(await add(engine(), 'b', 'n')).toMatchObject(refused);
    expect(await totalOf(one, 'b')).toBe(0);
    expect(await add(one, 'a', 'n')).toMatchObject({ kind: 'done', repeat: true });
  });

  it('L5 asked for by 20 streams in one moment has one of them, and what came beside it stands', async () => {
    const one = house().engine();
    const tallies = Array.from({ length: 20 }, (_, index) => `t-${index}`);
    const outcomes = await Promise.all(
      tallies.flatMap((tally) => [add(one, tally, 'n'), add(one, tally, `own-${tally}`)]),
    );
    expect(outcomes.filter(({ kind }) => kind === 'refused')).toHaveLength(19);
    const totals = await Promise.all(tallies.map((tally) => totalOf(one, tally)));
    expect(totals.toSorted()).toEqual([...Array.from({ length: 19 }, () => 1), 2]);
  });
});
