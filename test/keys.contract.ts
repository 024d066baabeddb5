import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { KeyRegister } from '../src/keys.ts';

/** What every key register does alike. `open` gives another way to the same register. */
export function keyRegisterContract(name: string, open: () => KeyRegister): void {
  const fresh = () => `key ${randomUUID()}`;

  describe(`${name} keeps the contract of the key register`, () => {
    it('L5 a key is its first claimant’s for ever, and may be claimed by it again', async () => {
      const key = fresh();
      expect(await open().claim([{ keys: [key], stream: 'one' }])).toEqual(new Map());
      expect(await open().claim([{ keys: [key], stream: 'other' }])).toEqual(
        new Map([[key, 'one']]),
      );
      expect(await open().claim([{ keys: [key], stream: 'one' }])).toEqual(new Map());
    });

    it('claims that stand together do not hinder each other', async () => {
      const [taken, free, again] = [fresh(), fresh(), fresh()];
      await open().claim([{ keys: [taken], stream: 'one' }]);
      const answer = await open().claim([
        { keys: [taken], stream: 'other' },
        { keys: [free], stream: 'other' },
        { keys: [again], stream: 'first' },
        { keys: [again], stream: 'second' },
        { keys: [free], stream: 'other' },
      ]);
      expect([...answer].filter(([key]) => key !== again)).toEqual([[taken, 'one']]);
      expect(answer.get(again)).toBe('first');
      expect(await open().claim([{ keys: [free], stream: 'one' }])).toEqual(
        new Map([[free, 'other']]),
      );
    });

    it('a claim that cannot have all of its keys takes none', async () => {
      const [taken, free] = [fresh(), fresh()];
      await open().claim([{ keys: [taken], stream: 'one' }]);
      const answer = await open().claim([{ keys: [free, taken], stream: 'other' }]);
      expect(answer).toEqual(new Map([[taken, 'one']]));
      const both = [
        { keys: [free, fresh()], stream: 'third' },
        { keys: [fresh(), free], stream: 'fourth' },
      ];
      expect(await open().claim(both)).toEqual(new Map([[free, 'third']]));
    });

    it('L5 20 claimants at once: one has it, and all agree on which', async () => {
      const keys = Array.from({ length: 30 }, fresh);
      const answers = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const order = index % 2 === 0 ? keys : keys.toReversed();
          return open().claim(order.map((key) => ({ keys: [key], stream: `s-${index}` })));
        }),
      );
      for (const key of keys) {
        const winners = answers.flatMap((answer, index) => (answer.has(key) ? [] : [`s-${index}`]));
        expect(winners).toHaveLength(1);
        const told = new Set(answers.flatMap((answer) => answer.get(key) ?? []));
        expect([...told]).toEqual(winners);
      }
    });
  });
}
