import { HDNodeWallet, Mnemonic } from 'ethers';
import { describe, expect, it } from 'vitest';
import {
  DEVELOPMENT_HOT_WALLET_KEY,
  DEVELOPMENT_XPUB,
  DEVELOPMENT_XPUBS,
} from '../../src/config/evm-keys.ts';
import { DEV_MNEMONIC } from '../support/anvil.ts';

const account = (index: number) =>
  HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(DEV_MNEMONIC), `m/44'/60'/${index}'`);

describe('the development keys', () => {
  it("are what the test chains' mnemonic derives, so that production refuses them", () => {
    expect(DEVELOPMENT_XPUB).toBe(account(1).neuter().extendedKey);
    expect(DEVELOPMENT_XPUBS).toEqual([1, 0].map((index) => account(index).neuter().extendedKey));
    expect(DEVELOPMENT_HOT_WALLET_KEY).toBe(account(0).derivePath('0/9').privateKey);
  });
});
