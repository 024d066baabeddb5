import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AlreadyClaimed, type EventStore, NO_STREAM } from '../../../../src/event-store.ts';
import type { KeyRegister } from '../../../../src/keys.ts';
import { freshStream, newEvent, streamIds } from './given.ts';

const freshKey = () => `key ${randomUUID()}`;

/** What every store does alike that claims the keys of what it writes. */
export function claimingContract(
  name: string,
  open: () => Promise<{ readonly store: EventStore; readonly keys: KeyRegister }>,
): void {
  const part = (keys: readonly string[], stream = freshStream(), expectedRevision = NO_STREAM) => ({
    ...{ stream, expectedRevision, keys, events: [newEvent()] },
  });

  describe(`${name} claims keys with its appends`, () => {
    it('L5 what is written has its keys, and nobody else may have one', async () => {
      const { store, keys } = await open();
      expect(store.claimsKeys).toBe(true);
      const [one, two] = [part([freshKey(), freshKey()]), part([freshKey()])];
      expect(await store.append([one, two])).toMatchObject([{ ok: true }, { ok: true }]);
      for (const { stream, keys: claimed } of [one, two]) {
        const owners = await keys.claim([{ keys: claimed, stream: 'other' }]);
        expect(owners).toEqual(new Map(claimed.map((key) => [key, stream])));
      }
    });

    it('L5 one key that is claimed, and no part is written and no key taken', async () => {
      const { store, keys } = await open();
      const [taken, free] = [freshKey(), freshKey()];
      await keys.claim([{ keys: [taken], stream: 'one' }]);
      const parts = [part([free]), part([freshKey(), taken]), part([])];
      for (const outcome of await store.append(parts)) {
        expect(outcome).toMatchObject({ ok: false, error: expect.any(AlreadyClaimed) });
      }
      for (const { stream } of parts) expect(await streamIds(store, stream)).toEqual([]);
      expect(await keys.claim([{ keys: [free], stream: 'third' }])).toEqual(new Map());
      // Whose it is counts for nothing here: its own stream writes without claiming again.
      const own = part([taken], 'one');
      expect(await store.append([own])).toMatchObject([{ ok: false }]);
    });

    it('a repeat, and a part with an old revision, claim nothing', async () => {
      const { store, keys } = await open();
      const first = part([freshKey()]);
      await store.append([first]);
      const late = freshKey();
      const [repeat, outdated, fresh] = await store.append([
        first,
        part([late], freshStream(), 7),
        part([freshKey()]),
      ]);
      expect(repeat).toMatchObject({ ok: true, repeated: true });
      expect(outdated).toMatchObject({ ok: false });
      expect(fresh).toMatchObject({ ok: true, repeated: false });
      expect(await keys.claim([{ keys: [late], stream: 'third' }])).toEqual(new Map());
    });
  });
}
