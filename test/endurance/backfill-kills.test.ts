import { describe, expect, it } from 'vitest';
import {
  BEFORE_STOP,
  BLOCKS,
  backfillPlace,
  cursor,
  expectAllSeen,
  FEW,
  gaps,
  mineUnseen,
  place,
} from '../chains/backfill-cases.ts';
import { eventually } from '../support/house.ts';
import { startHouseProcess } from '../support/house-process.ts';

backfillPlace();

describe('blocks that nobody looked at', () => {
  it('D8 D1 kill -9 in the middle: the same', async () => {
    const paid = await mineUnseen('killed', BLOCKS);
    const start = await cursor();
    const first = startHouseProcess(place, ['scanner', 'policies']);
    await eventually('100 blocks', async () => (await cursor()) >= start + BEFORE_STOP);
    first.child.kill('SIGKILL');
    expect(await first.exited).toBe('SIGKILL');
    const stoppedAt = await cursor();
    expect(await gaps()).toEqual([]);
    const second = await place.open({ parts: ['scanner', 'policies'] });
    await expectAllSeen('killed', paid, stoppedAt);
    await second.stop();
  });

  it.each(['before DepositDetected', 'DepositDetected'])(
    'D8 D1 kill -9 in a block that holds a deposit (%s): the same',
    async (killAt) => {
      const prefix = killAt.includes(' ') ? 'early' : 'late';
      const paid = await mineUnseen(prefix, FEW);
      const first = startHouseProcess(place, ['scanner', 'policies'], { killAt });
      expect(await first.exited).toBe('SIGKILL');
      const stoppedAt = await cursor();
      const second = await place.open({ parts: ['scanner', 'policies'] });
      await expectAllSeen(prefix, paid, stoppedAt);
      await second.stop();
    },
  );
});
