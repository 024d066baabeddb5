import { accept, type Decider, type Decision, repeat, unreachable } from '../decider.ts';
import { formatAmount } from '../money.ts';
import { ledgerAccount, type Transfer, transfer } from '../postings.ts';
import type { WalletEvent } from './events.ts';

export interface WalletRef {
  readonly chain: string;
  readonly address: string;
}

export interface Funding {
  readonly deposit: string;
  readonly epoch: number;
  readonly currency: string;
  readonly amount: bigint;
  readonly contra: 'capital' | 'suspense';
}

/** What an address holds of an asset at a final block. */
export interface Holding {
  readonly asset: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly block: { readonly height: number; readonly hash: string };
}

export type WalletCommand = { readonly wallet: WalletRef } & (
  | { readonly type: 'OpenWallet'; readonly firstNonce: number }
  | { readonly type: 'AllocateNonce'; readonly withdrawal: string }
  | { readonly type: 'BookFunding'; readonly funding: Funding }
  | { readonly type: 'ReverseFunding'; readonly deposit: string; readonly epoch: number }
  | { readonly type: 'ObserveHolding'; readonly holding: Holding }
);

export interface WalletState {
  /** Null until the wallet is opened: only a wallet that pays needs nonces. */
  nextNonce: number | null;
  readonly nonces: Map<string, number>;
  readonly fundings: Map<string, Funding & { readonly reversed: boolean }>;
  /** By asset, as it was observed last. */
  readonly holdings: Map<string, { readonly amount: bigint; readonly height: number }>;
}

export const walletDecider: Decider<WalletState, WalletCommand, WalletEvent> = {
  initialState: () => ({
    nextNonce: null,
    nonces: new Map(),
    fundings: new Map(),
    holdings: new Map(),
  }),

  decide(command, state) {
    const { wallet } = command;
    switch (command.type) {
      case 'OpenWallet':
        if (state.nextNonce !== null) return repeat;
        return accept({
          type: 'WalletOpened',
          data: { ...wallet, firstNonce: command.firstNonce },
        });
      case 'AllocateNonce': {
        const { withdrawal } = command;
        if (state.nonces.has(withdrawal)) return repeat;
        if (state.nextNonce === null) throw new Error(`wallet ${wallet.address} is not open`);
        return accept({
          type: 'NonceAllocated',
          data: { ...wallet, withdrawal, nonce: state.nextNonce },
        });
      }
      case 'BookFunding': {
        const { funding } = command;
        const known = state.fundings.get(funding.deposit);
        if (known && (known.epoch >= funding.epoch || !known.reversed)) return repeat;
        const data = { ...wallet, ...funding, amount: formatAmount(funding.amount) };
        return accept({ type: 'WalletFunded', data });
      }
      case 'ReverseFunding': {
        const known = state.fundings.get(command.deposit);
        if (known?.epoch !== command.epoch || known.reversed) return repeat;
        const { reversed: _, amount, ...rest } = known;
        const data = { ...wallet, ...rest, amount: formatAmount(amount) };
        return accept({ type: 'WalletFundingReversed', data });
      }
      case 'ObserveHolding':
        return observe(command.wallet, command.holding, state);
      default:
        return unreachable(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'WalletOpened':
        state.nextNonce = event.data.firstNonce;
        return state;
      case 'NonceAllocated':
        state.nonces.set(event.data.withdrawal, event.data.nonce);
        state.nextNonce = event.data.nonce + 1;
        return state;
      case 'WalletFunded':
      case 'WalletFundingReversed': {
        const { deposit, epoch, currency, amount, contra } = event.data;
        const reversed = event.type === 'WalletFundingReversed';
        const funding = { deposit, epoch, currency, amount: BigInt(amount), contra, reversed };
        state.fundings.set(deposit, funding);
        return state;
      }
      case 'HoldingObserved': {
        const { asset, amount, block } = event.data;
        state.holdings.set(asset, { amount: BigInt(amount), height: block.height });
        return state;
      }
      default:
        return unreachable(event);
    }
  },
};

/** An address that never held an asset needs no event to say so. */
function observe(
  wallet: WalletRef,
  { amount, block, asset, currency }: Holding,
  { holdings }: WalletState,
): Decision<WalletEvent> {
  const { amount: before, height } = holdings.get(asset) ?? { amount: 0n, height: -1 };
  if (amount === before || block.height <= height) return repeat;
  return accept({
    type: 'HoldingObserved',
    data: { ...wallet, asset, currency, amount: formatAmount(amount), block: { ...block } },
  });
}

export function walletTransfers(event: WalletEvent): readonly Transfer[] {
  if (event.type !== 'WalletFunded' && event.type !== 'WalletFundingReversed') return [];
  const { chain, address, currency, contra } = event.data;
  const custody = ledgerAccount('custody', chain, address);
  const amount = BigInt(event.data.amount);
  return event.type === 'WalletFunded'
    ? transfer(ledgerAccount(contra), custody, currency, amount)
    : transfer(custody, ledgerAccount(contra), currency, amount);
}
