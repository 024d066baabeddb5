import { describe, expect, it } from 'vitest';
import { assetRegistry } from '../../src/domain/assets.ts';
import { type DepositFacts, depositDecider } from '../../src/domain/deposit/decide.ts';
import type { DepositEvent } from '../../src/domain/deposit/events.ts';
import { addressIndexDecider, playerDecider } from '../../src/domain/player/decide.ts';
import { approvalsFor, confirmationsFor, policyDecider } from '../../src/domain/policy/decide.ts';
import { walletDecider } from '../../src/domain/wallet/decide.ts';
import { specOf } from '../support/spec.ts';

const deposit = { chain: 'eip155:1', txid: '0xT', position: 'log.0' };
const facts: DepositFacts = {
  ...{ address: '0xAA', from: '0xFF', owner: { brand: 'main', player: 'p-1' } },
  ...{ contract: '0xcc', asset: 'eip155:1/erc20:0xcc', currency: 'USDT', amount: 100n },
  ...{ booking: 'player', rejection: null, required: 3, policyVersion: 1 },
};
const at = (height: number, fork = '') => ({ height, hash: `0x${height}${fork}` });
const detected = (
  block = at(10),
  epoch = 1,
  booking: DepositFacts['booking'] = 'player',
): DepositEvent => {
  const { rejection: _, ...rest } = facts;
  const data = { ...deposit, epoch, block, ...rest, booking, amount: '100' };
  return { type: 'DepositDetected', data };
};
const confirmed = (confirmations: number, head = at(10), epoch = 1): DepositEvent => ({
  type: 'DepositConfirmed',
  data: { ...deposit, epoch, confirmations, required: 3, head },
});
const orphaned = (block = at(10), epoch = 1): DepositEvent => ({
  type: 'DepositOrphaned',
  data: { ...deposit, epoch, block },
});
const finalised = (finalized: { height: number; hash: string }): DepositEvent => ({
  type: 'DepositFinalised',
  data: { ...deposit, epoch: 1, finalized },
});

describe('a deposit', () => {
  const given = specOf(depositDecider);
  const detect = (block = at(10)) => ({ type: 'DetectDeposit', deposit, block, facts }) as const;
  const tip = (head: number, finalized: number) =>
    ({ type: 'ObserveTip', deposit, head: at(head), finalized: at(finalized) }) as const;

  it('D1 is one thing by chain, transaction and position: seen again in its block, a repeat', () => {
    given().when(detect()).thenAccepts(detected());
    given(detected()).when(detect()).thenRepeat();
  });

  it('D5 that reaches no player is recorded with the reason', () =>
    given()
      .when({
        ...detect(),
        facts: { ...facts, booking: 'suspense', rejection: 'below-minimum' },
      })
      .thenAccepts(detected(at(10), 1, 'suspense'), {
        type: 'DepositRejected',
        data: { ...deposit, epoch: 1, reason: 'below-minimum' },
      }));

  it('is confirmed step by step up to what was required, then final', () => {
    given(detected())
      .when(tip(10, 2))
      .thenAccepts(confirmed(1, at(10)));
    given(detected(), confirmed(1)).when(tip(10, 2)).thenRepeat();
    given(detected(), confirmed(1))
      .when(tip(40, 2))
      .thenAccepts(confirmed(3, at(40)));
    given(detected(), confirmed(3)).when(tip(41, 9)).thenRepeat();
    given(detected(), confirmed(3))
      .when(tip(41, 10))
      .thenAccepts(finalised(at(10)));
    given(detected(), confirmed(3), finalised(at(10)))
      .when(tip(99, 90))
      .thenRepeat();
  });

  it('is not final before it is deep enough', () =>
    given(detected())
      .when(tip(11, 11))
      .thenAccepts(confirmed(2, at(11))));

  it('D6 orphaned and mined again begins its next epoch', () => {
    const orphan = { type: 'OrphanDeposit', deposit, block: at(10) } as const;
    given(detected()).when(orphan).thenAccepts(orphaned());
    given(detected(), orphaned()).when(orphan).thenRepeat();
    given(detected(), orphaned())
      .when(detect(at(12)))
      .thenAccepts(detected(at(12), 2));
  });

  it('D4 found in another block than the one known ends there first', () =>
    given(detected())
      .when(detect(at(10, 'b')))
      .thenAccepts(orphaned(), detected(at(10, 'b'), 2)));

  it('D4 that is final is never orphaned: that would be a defect', () =>
    given(detected(), confirmed(3), finalised(at(10)))
      .when({ type: 'OrphanDeposit', deposit, block: at(10) })
      .thenThrows(/final/));
});

describe('a policy', () => {
  const rule = (asset: string, upTo: string | null, confirmations: number) => ({
    ...{ asset, upTo, confirmations },
  });
  const policy = {
    rules: [rule('a', '100', 2), rule('a', null, 12), rule('b', '5', 1)],
    minimums: {},
  };

  it('D7 asks the depth by asset and amount, and guesses nothing', () => {
    expect(confirmationsFor(policy, 'a', 100n)).toBe(2);
    expect(confirmationsFor(policy, 'a', 101n)).toBe(12);
    expect(confirmationsFor(policy, 'b', 6n)).toBeNull();
    expect(confirmationsFor(policy, 'c', 1n)).toBeNull();
    const withdrawals = { rules: [], approvalHours: 1, feeCaps: {} };
    expect(approvalsFor(withdrawals, 'USDT', 1n)).toBeNull();
  });

  it('D7 is published as a new version only when it differs', () => {
    const given = specOf(policyDecider);
    const publish = { type: 'PublishDepositPolicy', policy } as const;
    const published = { type: 'DepositPolicyPublished', data: { version: 1, policy } } as const;
    given().when(publish).thenAccepts(published);
    given(published).when(publish).thenRepeat();
    const other = { ...policy, minimums: { a: '5' } };
    given(published)
      .when({ type: 'PublishDepositPolicy', policy: other })
      .thenAccepts({ type: 'DepositPolicyPublished', data: { version: 2, policy: other } });
  });
});

describe('addresses and wallets', () => {
  const player = { brand: 'main', player: 'p-1' };

  it('D10 allocates each index once, and one to each player', () => {
    const given = specOf(addressIndexDecider);
    const chain = 'eip155:1';
    const allocated = (name: string, index: number) =>
      ({
        type: 'AddressIndexAllocated',
        data: { brand: 'main', player: name, chain, index },
      }) as const;
    given().when({ type: 'AllocateIndex', chain, player }).thenAccepts(allocated('p-1', 0));
    given(allocated('p-1', 0)).when({ type: 'AllocateIndex', chain, player }).thenRepeat();
    given(allocated('p-0', 0))
      .when({ type: 'AllocateIndex', chain, player })
      .thenAccepts(allocated('p-1', 1));
  });

  it('D10 assigns one address on a chain to a registered player', () => {
    const given = specOf(playerDecider);
    const assigned = { chain: 'eip155:1', index: 0, address: '0xAA' };
    const assign = { type: 'AssignDepositAddress', player, ...assigned } as const;
    const registered = { type: 'PlayerRegistered', data: player } as const;
    const event = { type: 'DepositAddressAssigned', data: { ...player, ...assigned } } as const;
    given().when(assign).thenRefused('player-not-found');
    given(registered).when(assign).thenAccepts(event);
    given(registered, event)
      .when({ ...assign, address: '0xAB', index: 1 })
      .thenRepeat();
  });

  const wallet = { chain: 'eip155:1', address: '0xH' };
  const opened = { type: 'WalletOpened', data: { ...wallet, firstNonce: 5 } } as const;
  const withdrawal = '5f0c1e0a-7a55-5d1e-9f0e-2b8b6b1b6a10';
  const given = specOf(walletDecider);

  it('W7 allocates nonces without a gap, one to each withdrawal', () => {
    const allocate = { type: 'AllocateNonce', wallet, withdrawal } as const;
    const allocated = (id: string, nonce: number) =>
      ({ type: 'NonceAllocated', data: { ...wallet, withdrawal: id, nonce } }) as const;
    given()
      .when(allocate)
      .thenThrows(/not open/);
    given(opened).when(allocate).thenAccepts(allocated(withdrawal, 5));
    given(opened, allocated(withdrawal, 5)).when(allocate).thenRepeat();
    given(opened, allocated('6f0c1e0a-7a55-5d1e-9f0e-2b8b6b1b6a10', 5))
      .when(allocate)
      .thenAccepts(allocated(withdrawal, 6));
  });

  it('D6 books what reached a wallet once in each epoch, and reverses it', () => {
    const funding = { deposit: 'd-1', epoch: 1, currency: 'ETH', contra: 'capital' } as const;
    const book = { type: 'BookFunding', wallet, funding: { ...funding, amount: 9n } } as const;
    const data = { ...wallet, ...funding, amount: '9' };
    const funded = { type: 'WalletFunded', data } as const;
    const reversed = { type: 'WalletFundingReversed', data } as const;
    const reverse = { type: 'ReverseFunding', wallet, deposit: 'd-1', epoch: 1 } as const;
    given().when(book).thenAccepts(funded);
    given(funded).when(book).thenRepeat();
    given(funded).when(reverse).thenAccepts(reversed);
    given(funded, reversed).when(reverse).thenRepeat();
    given(funded, reversed).when(book).thenRepeat();
    given(funded, reversed)
      .when({ ...book, funding: { ...book.funding, epoch: 2 } })
      .thenAccepts({ type: 'WalletFunded', data: { ...data, epoch: 2 } });
  });
});

describe('the asset registry', () => {
  const usdt = { code: 'USDT', decimals: 6, name: 'Tether' };
  const token = {
    chain: 'eip155:1',
    currency: 'USDT',
    contract: '0xDAC1',
    slip44: 60,
    decimals: 6,
  };

  it('D2 names assets by CAIP-19 and finds them by contract, whatever its case', () => {
    const registry = assetRegistry([usdt], [token]);
    expect(registry.onChain('eip155:1', '0xdac1')?.id).toBe('eip155:1/erc20:0xdac1');
    expect(registry.ofCurrency('eip155:1', 'USDT')?.decimals).toBe(6);
    expect(registry.onChain('eip155:1', null)).toBeUndefined();
  });

  it.each([
    ['a currency that is not there', [], [token]],
    ['a currency twice', [usdt, usdt], []],
    ['two assets of one currency on a chain', [usdt], [token, { ...token, contract: '0x2' }]],
    ['other decimals than the ledger', [usdt], [{ ...token, decimals: 18 }]],
  ])('D2 refuses %s', (_, currencies, assets) => {
    expect(() => assetRegistry(currencies, assets)).toThrow(TypeError);
  });
});
