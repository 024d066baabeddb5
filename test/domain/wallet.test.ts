import { describe, it } from 'vitest';
import { walletDecider } from '../../src/domain/wallet/decide.ts';
import { specOf } from '../support/spec.ts';

const wallet = { chain: 'eip155:1', address: '0xH' };
const asset = { asset: 'eip155:1/slip44:60', currency: 'ETH' };
const at = (height: number) => ({ height, hash: `0x${height}` });
const look = (amount: bigint, height: number) =>
  ({ type: 'ObserveHolding', wallet, holding: { ...asset, amount, block: at(height) } }) as const;
const observed = (amount: string, height: number) =>
  ({
    type: 'HoldingObserved',
    data: { ...wallet, ...asset, amount, block: at(height) },
  }) as const;

describe('what the chain says of a wallet', () => {
  const given = specOf(walletDecider);

  it('L9 is recorded when it is another amount than before, also when nothing is left', () => {
    given().when(look(5n, 10)).thenAccepts(observed('5', 10));
    given(observed('5', 10)).when(look(5n, 20)).thenRepeat();
    given(observed('5', 10)).when(look(9n, 20)).thenAccepts(observed('9', 20));
    given(observed('5', 10)).when(look(0n, 20)).thenAccepts(observed('0', 20));
  });

  it('D9 is not unlearned from a node that lags, nor said of what never was there', () => {
    given(observed('5', 10)).when(look(4n, 10)).thenRepeat();
    given(observed('5', 10)).when(look(4n, 9)).thenRepeat();
    given().when(look(0n, 10)).thenRepeat();
  });
});
