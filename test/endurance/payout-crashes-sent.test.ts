import { describe, it } from 'vitest';
import { crashPlace, expectBooksInOrder, paysOnceAfter } from '../chains/crash-cases.ts';

/** When it dies, how the process knows, and the withdrawal's last event then. */
const MOMENTS = [
  ['the node took it, before the answer was heard', '', 'PayoutSigned'],
  ['the answer was heard, before that was recorded', 'send', 'PayoutSigned'],
  ['the broadcast was recorded', 'PayoutBroadcast', 'PayoutBroadcast'],
  ['it was seen in a block', 'PayoutSeen', 'PayoutSeen'],
  ['it was final, before the hold was settled', 'PayoutConfirmed', 'PayoutConfirmed'],
  ['the hold was settled, before it was completed', 'HoldSettled', 'HoldSettled'],
] as const;

describe('kill -9 of the process that pays, once the node has the payout', () => {
  const crash = crashPlace();

  it.each(MOMENTS)('W2 W3 L6 kill -9 after %s: paid once', async (when, killAt, last) => {
    await paysOnceAfter({ when, killAt, last, onChain: true }, crash);
  });

  it('L9 P3 leaves books that balance, and read models that a replay gives again', async () => {
    await expectBooksInOrder(crash);
  });
});
