import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Archive, StreamSnapshot } from '../src/archive.ts';
import { NO_STREAM } from '../src/event-store.ts';

const snapshot = (
  revision: number,
  records: Record<string, string> = {},
  since: StreamSnapshot['since'] = { revision: NO_STREAM, known: new Set() },
) => ({
  ...{ revision, position: `p${revision}`, core: `{"at":${revision}}` },
  ...{ records: new Map(Object.entries(records)), since },
});

/** What every archive does alike. */
export function archiveContract(name: string, open: () => Archive): void {
  describe(`${name} keeps the contract of the archive`, () => {
    it('has the newest snapshot of a stream, with the records of all before it', async () => {
      const stream = randomUUID();
      const archive = open();
      expect(await archive.core(stream, 1)).toBeUndefined();
      expect(await archive.save(stream, 1, snapshot(5, { a: '1', b: '2' }))).toBe(true);
      expect(
        await archive.save(stream, 1, snapshot(9, { b: '3', 'c "d"': '{"x":"\\u00e9"}' })),
      ).toBe(true);
      const { revision, position, core } = snapshot(9);
      expect(await open().core(stream, 1)).toMatchObject({ revision, position, core });
      const found = await open().records(stream, { version: 1, revisions: [9] }, [
        ...['a', 'b', 'c "d"', 'none'],
      ]);
      expect(found).toEqual(
        new Map([
          ['a', '1'],
          ['b', '3'],
          ['c "d"', '{"x":"\\u00e9"}'],
        ]),
      );
    });

    it('follows on what is known of the snapshot before, and on what is not as it was known', async () => {
      const stream = randomUUID();
      const archive = open();
      const since = (revision: number, ...known: string[]) => ({ revision, known: new Set(known) });
      const save = (...args: Parameters<typeof snapshot>) =>
        archive.save(stream, 1, snapshot(...args));
      expect(await save(5, { a: '1', b: '2' })).toBe(true);
      expect(await save(9, { a: '3', c: '4' }, since(5, 'a'))).toBe(true);
      // Of another who knows the first only: its c is new to it and stands there.
      expect(await save(7, { c: 'old' }, since(5))).toBe(false);
      expect(await save(12, { c: '5', d: '6' }, since(5))).toBe(true);
      expect(await save(14, { b: '7' }, since(12, 'b'))).toBe(true);
      const at = { version: 1, revisions: [14] };
      expect(await archive.records(stream, at, ['a', 'b', 'c', 'd'])).toEqual(
        new Map([
          ...[['a', '3'] as const, ['b', '7'] as const],
          ...[['c', '5'] as const, ['d', '6'] as const],
        ]),
      );
    });

    it('takes no part for the whole where what it follows on was lost', async () => {
      const stream = randomUUID();
      const archive = open();
      const on = (revision: number) => ({ revision, known: new Set<string>() });
      expect(await archive.save(stream, 1, snapshot(9, { b: '2' }, on(5)))).toBe(false);
      expect(await archive.core(stream, 1)).toBeUndefined();
      // An older one came back in its place.
      expect(await archive.save(stream, 1, snapshot(3, { a: '1' }))).toBe(true);
      expect(await archive.save(stream, 1, snapshot(9, { b: '2' }, on(5)))).toBe(false);
      expect(await archive.core(stream, 1)).toMatchObject({ revision: 3 });
      expect(await archive.save(stream, 1, snapshot(9, { b: '2' }, on(3)))).toBe(true);
    });

    it('never goes back, and an old snapshot changes no record', async () => {
      const stream = randomUUID();
      const archive = open();
      await archive.save(stream, 1, snapshot(9, { a: 'new' }));
      for (const revision of [9, 8]) {
        expect(await archive.save(stream, 1, snapshot(revision, { a: 'old', b: 'b' }))).toBe(false);
      }
      const at = { version: 1, revisions: [9] };
      expect(await archive.records(stream, at, ['a', 'b'])).toEqual(new Map([['a', 'new']]));
    });

    it('gives no record to whoever knows another revision, and says so', async () => {
      const stream = randomUUID();
      const archive = open();
      const read = (revisions: number[], version = 1) =>
        archive.records(stream, { version, revisions }, ['a']);
      expect(await read([-1])).toBeUndefined();
      await archive.save(stream, 1, snapshot(5, { a: '1' }));
      expect(await read([4])).toBeUndefined();
      expect(await read([4, 5])).toEqual(new Map([['a', '1']]));
      expect(await read([5], 2)).toBeUndefined();
    });

    it('another version of the form begins anew', async () => {
      const stream = randomUUID();
      const archive = open();
      await archive.save(stream, 1, snapshot(9, { a: '1' }));
      expect(await archive.core(stream, 2)).toBeUndefined();
      expect(await archive.save(stream, 2, snapshot(3))).toBe(true);
      expect(await archive.records(stream, { version: 2, revisions: [3] }, ['a'])).toEqual(
        new Map(),
      );
    });

    it('of 10 savers at once the newest stays, whole', async () => {
      const stream = randomUUID();
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          open().save(stream, 1, snapshot(index, { a: `${index}`, [`own-${index}`]: 'x' })),
        ),
      );
      expect(await open().core(stream, 1)).toMatchObject({ revision: 9 });
      const found = await open().records(stream, { version: 1, revisions: [9] }, ['a', 'own-9']);
      expect(found?.get('a')).toBe('9');
      expect(found?.get('own-9')).toBe('x');
    });
  });
}
