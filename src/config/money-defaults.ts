import type { Asset, Currency } from '../domain/assets.ts';
import type { DepositPolicy, WithdrawalPolicy } from '../domain/policy/events.ts';

/** What stands when the configuration says nothing about money. */

export const DEFAULT_CURRENCIES: readonly Currency[] = [
  { code: 'ETH', decimals: 18, name: 'Ether' },
  { code: 'USDT', decimals: 6, name: 'Tether USD' },
];

export type AssetConfig = Omit<Asset, 'id'>;

const SLIP44_ETHER = 60;

export function defaultAssets(chain: string): AssetConfig[] {
  return [{ chain, currency: 'ETH', contract: null, slip44: SLIP44_ETHER, decimals: 18 }];
}

export function usdtAsset(chain: string, contract: string): AssetConfig {
  return { chain, currency: 'USDT', contract, slip44: SLIP44_ETHER, decimals: 6 };
}

/** A test chain has one writer and no forks that we don't make. */
const TEST_CHAIN = 'eip155:31337';

export function defaultDepositPolicy(chain: string): DepositPolicy {
  const confirmations = chain === TEST_CHAIN ? 3 : 12;
  return { rules: [{ asset: '*', upTo: null, confirmations }], minimums: {} };
}

/** Small amounts need one person, all others two. */
export function defaultWithdrawalPolicy(chain: string): WithdrawalPolicy {
  return {
    rules: [
      { currency: 'ETH', upTo: '5000000000000000000', approvals: 1 },
      { currency: 'USDT', upTo: '10000000000', approvals: 1 },
      { currency: '*', upTo: null, approvals: 2 },
    ],
    approvalHours: 24,
    feeCaps: { [chain]: '20000000000000000' },
  };
}
