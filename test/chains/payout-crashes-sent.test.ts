import { describe } from 'vitest';
import { crashPlace, type Moment, paysOnceAfterEach } from './crash-cases.ts';

const MOMENTS: readonly Moment[] = [
  ['the node took it, before the answer was heard', '', 'PayoutSigned'],
  ['the answer was heard, before that was recorded', 'send', 'PayoutSigned'],
  ['the broadcast was recorded', 'PayoutBroadcast', 'PayoutBroadcast'],
  ['it was seen in a block', 'PayoutSeen', 'PayoutSeen'],
  ['it was final, before the hold was settled', 'PayoutConfirmed', 'PayoutConfirmed'],
  ['the hold was settled, before it was completed', 'HoldSettled', 'HoldSettled'],
].map(([when = '', killAt = '', last = '']) => ({ when, killAt, last, onChain: true }));

describe('kill -9 of the process that pays, once the node has the payout', () => {
  paysOnceAfterEach(MOMENTS, crashPlace());
});
