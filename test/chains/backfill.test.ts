import { describe, expect, it } from 'vitest';
import { eventually } from '../support/house.ts';
import {
  BEFORE_STOP,
  backfillPlace,
  cursor,
  expectAllSeen,
  gaps,
  mineUnseen,
  place,
} from './backfill-cases.ts';

backfillPlace();

describe('500 blocks that nobody looked at', () => {
  it('D8 D1 are scanned once though the house is stopped in the middle', async () => {
    const paid = await mineUnseen('stopped');
    const start = await cursor();
    const first = await place.open({ parts: ['scanner', 'policies'] });
    await eventually('100 blocks', async () => (await cursor()) >= start + BEFORE_STOP);
    await first.stop();
    const stoppedAt = await cursor();
    expect(await gaps()).toEqual([]);
    const second = await place.open({ parts: ['scanner', 'policies'] });
    await expectAllSeen('stopped', paid, stoppedAt);
    await second.stop();
    expect([...first.errors, ...second.errors]).toEqual([]);
  });
});
