import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Archive } from '../src/archive.ts';
import { hashOf } from '../src/domain/account/key-hashes.ts';
import type { RecordPage } from '../src/domain/decider.ts';
import { NO_STREAM } from '../src/event-store.ts';
import { recordOf, runOf } from './support/pages.ts';

type Records = Record<string, string>;

const snapshot = (revision: number, records: Records = {}, since = NO_STREAM) => ({
  ...{ revision, core: `{"at":${revision}}`, since },
  runs: [runOf(Object.entries(records))],
});

/** Of each key what there is, as somebody finds it who knows the snapshot's revision. */
async function read(
  archive: Archive,
  stream: string,
  keys: readonly string[],
  ...revisions: readonly number[]
): Promise<Records | undefined> {
  const pages = await archive.pages(
    stream,
    { version: 1, revisions },
    keys.map((key) => hashOf(key)),
  );
  if (!pages) return undefined;
  const found = keys.map((key) => [key, recordOf(pages, key)] as const);
  return Object.fromEntries(found.filter((each): each is readonly [string, string] => !!each[1]));
}

/** What every archive does alike. */
export function archiveContract(name: string, open: () => Archive): void {
  describe(`${name} keeps the contract of the archive`, () => {
    it('has the newest snapshot of a stream, with the records of all before it', async () => {
      const stream = randomUUID();
      const archive = open();
      expect(await archive.core(stream, 1)).toBeUndefined();
      expect(await archive.save(stream, 1, snapshot(5, { a: '1', b: '2' }))).toBe(true);
      const next = snapshot(9, { b: '3', 'c "d"': '{"x":"\\u00e9"}' }, 5);
      expect(await archive.save(stream, 1, next)).toBe(true);
      const { revision, core } = next;
      expect(await open().core(stream, 1)).toMatchObject({ revision, core });
      const found = await read(open(), stream, ['a', 'b', 'c "d"', 'none'], 9);
      expect(found).toEqual({ a: '1', b: '3', 'c "d"': '{"x":"\\u00e9"}' });
    });

    it('tells the hashes of all keys, and gives pages bit for bit', async () => {
      const stream = randomUUID();
      const hashes = [-(2 ** 31), -1, 1, 2 ** 31 - 1];
      const page = (...of: number[]): RecordPage => ({
        hashes: Int32Array.from(of),
        records: Uint8Array.from({ length: 70_000 }, (_, index) => (index * of.length) % 256),
      });
      const pages = [
        page(hashes[0] ?? 0, hashes[1] ?? 0, hashes[1] ?? 0),
        page(...hashes.slice(2)),
      ];
      const other = page(7);
      const whole = { ...snapshot(5), runs: [pages, [other]] };
      expect(await open().save(stream, 1, whole)).toBe(true);
      const at = { version: 1, revisions: [5] };
      const told = await open().hashes(stream, at);
      expect(told?.flatMap((list) => [...list]).toSorted()).toEqual([...hashes, -1, 7].toSorted());
      const found = async (...wanted: number[]) =>
        (await open().pages(stream, at, wanted))?.map((each) => ({
          hashes: [...each.hashes],
          records: Buffer.from(each.records).toString('hex'),
        }));
      const plain = ({ hashes, records }: RecordPage) => ({
        hashes: [...hashes],
        records: Buffer.from(records).toString('hex'),
      });
      for (const hash of hashes) {
        const holds = pages.filter((each) => each.hashes.includes(hash));
        expect(await found(hash)).toEqual(holds.map(plain));
      }
      expect(await found(7, 1)).toEqual([other, pages[1]].map((each) => each && plain(each)));
      expect(await found(3, -5)).toEqual([]);
      expect(await found()).toEqual([]);
    });

    it('follows on the very snapshot before, and on no other', async () => {
      const stream = randomUUID();
      const archive = open();
      const save = (...args: Parameters<typeof snapshot>) =>
        archive.save(stream, 1, snapshot(...args));
      expect(await save(5, { a: '1', b: '2' })).toBe(true);
      expect(await save(9, { a: '3', c: '4' }, 5)).toBe(true);
      // Of others, who know less or nothing.
      expect(await save(7, { c: 'old' }, 5)).toBe(false);
      expect(await save(12, { c: '5', d: '6' }, 5)).toBe(false);
      expect(await save(12, { c: '5', d: '6' })).toBe(false);
      expect(await save(14, { b: '7' }, 9)).toBe(true);
      const found = await read(archive, stream, ['a', 'b', 'c', 'd'], 14);
      expect(found).toEqual({ a: '3', b: '7', c: '4' });
    });

    it('takes no part for the whole where what it follows on was lost', async () => {
      const stream = randomUUID();
      const archive = open();
      expect(await archive.save(stream, 1, snapshot(9, { b: '2' }, 5))).toBe(false);
      expect(await archive.core(stream, 1)).toBeUndefined();
      // An older one came back in its place.
      expect(await archive.save(stream, 1, snapshot(3, { a: '1' }))).toBe(true);
      expect(await archive.save(stream, 1, snapshot(9, { b: '2' }, 5))).toBe(false);
      expect(await archive.core(stream, 1)).toMatchObject({ revision: 3 });
      expect(await archive.save(stream, 1, snapshot(9, { b: '2' }, 3))).toBe(true);
    });

    it('gives nothing to whoever knows another revision, and says so', async () => {
      const stream = randomUUID();
      const archive = open();
      const hashes = (revisions: number[], version = 1) =>
        archive.hashes(stream, { version, revisions });
      expect(await read(archive, stream, ['a'], NO_STREAM)).toBeUndefined();
      expect(await hashes([NO_STREAM])).toBeUndefined();
      await archive.save(stream, 1, snapshot(5, { a: '1' }));
      expect(await read(archive, stream, ['a'], 4)).toBeUndefined();
      expect(await read(archive, stream, ['a'], 4, 5)).toEqual({ a: '1' });
      expect(await hashes([4])).toBeUndefined();
      expect(await hashes([5], 2)).toBeUndefined();
      expect(await hashes([4, 5])).toEqual([Int32Array.of(hashOf('a'))]);
    });

    it('of no record there is a snapshot too, and no hash', async () => {
      const stream = randomUUID();
      expect(await open().save(stream, 1, snapshot(5))).toBe(true);
      expect(await open().hashes(stream, { version: 1, revisions: [5] })).toEqual([]);
      expect(await read(open(), stream, ['a'], 5)).toEqual({});
    });

    it('another version of the form begins anew', async () => {
      const stream = randomUUID();
      const archive = open();
      await archive.save(stream, 1, snapshot(9, { a: '1' }));
      expect(await archive.core(stream, 2)).toBeUndefined();
      expect(await archive.save(stream, 2, snapshot(3))).toBe(true);
      expect(await archive.hashes(stream, { version: 2, revisions: [3] })).toEqual([]);
    });

    it('of 10 savers at once on the same snapshot one is kept, whole', async () => {
      const stream = randomUUID();
      for (const since of [NO_STREAM, 100]) {
        const kept = await Promise.all(
          Array.from({ length: 10 }, (_, index) => {
            const revision = since < 0 ? 100 : 200;
            return open().save(
              stream,
              1,
              snapshot(revision, { a: `${index}`, [`own-${index}`]: 'x' }, since),
            );
          }),
        );
        expect(kept.filter(Boolean)).toHaveLength(1);
        const winner = kept.indexOf(true);
        const keys = ['a', ...kept.map((_, index) => `own-${index}`)];
        const found = await read(open(), stream, keys, 100, 200);
        expect(found).toMatchObject({ a: `${winner}`, [`own-${winner}`]: 'x' });
        expect(Object.keys(found ?? {}).length).toBeLessThanOrEqual(since < 0 ? 2 : 3);
      }
    });
  });
}
