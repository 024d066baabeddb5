import { z } from 'zod';
import { chainId, currencyCode } from './ids.ts';

/** A ledger currency: what players' accounts are kept in. */
export const currencySchema = z.strictObject({
  code: currencyCode,
  decimals: z.int().min(0).max(24),
  name: z.string().min(1).max(60),
});

/** A currency on a chain: `contract` null is the native coin. */
export const assetSchema = z.strictObject({
  chain: chainId,
  currency: currencyCode,
  contract: z.string().max(64).nullable(),
  /** Of CAIP-20 for a native coin: 60 for Ethereum. */
  slip44: z.int().min(0).default(60),
  decimals: z.int().min(0).max(24),
});

export type Currency = z.output<typeof currencySchema>;

export interface Asset extends z.output<typeof assetSchema> {
  /** CAIP-19. */
  readonly id: string;
}

/** What the house knows of money: decimals come from here, never from a chain or a caller. */
export interface AssetRegistry {
  readonly currencies: ReadonlyMap<string, Currency>;
  readonly assets: ReadonlyMap<string, Asset>;
  /** By chain and contract (null: native). */
  onChain(chain: string, contract: string | null): Asset | undefined;
  /** The one asset that a currency has on a chain. */
  ofCurrency(chain: string, currency: string): Asset | undefined;
  /** The chain's own coin, which pays its fees. */
  native(chain: string): Asset | undefined;
}

export function caip19(chain: string, contract: string | null, slip44: number): string {
  return contract === null ? `${chain}/slip44:${slip44}` : `${chain}/erc20:${contract}`;
}

/**
 * Throws TypeError on a registry that can't be right: a currency twice, an asset of an unknown
 * currency, two assets of one currency on a chain, or decimals that differ from the ledger's
 * (exact conversion comes with the first chain that needs it).
 */
export function assetRegistry(
  currencies: readonly Currency[],
  assets: readonly z.output<typeof assetSchema>[],
): AssetRegistry {
  const byCode = unique(currencies, (c) => c.code);
  const full = assets.map((asset) => ({
    ...asset,
    contract: asset.contract?.toLowerCase() ?? null,
    id: caip19(asset.chain, asset.contract?.toLowerCase() ?? null, asset.slip44),
  }));
  for (const asset of full) {
    const currency = byCode.get(asset.currency);
    if (!currency) throw new TypeError(`asset ${asset.id}: no currency ${asset.currency}`);
    if (currency.decimals !== asset.decimals) {
      throw new TypeError(
        `asset ${asset.id}: ${asset.decimals} decimals, not ${currency.decimals}`,
      );
    }
  }
  const byId = unique(full, (a) => a.id);
  const byCurrency = unique(full, (a) => `${a.chain} ${a.currency}`);
  const byContract = unique(full, (a) => `${a.chain} ${a.contract}`);
  return {
    currencies: byCode,
    assets: byId,
    onChain: (chain, contract) => byContract.get(`${chain} ${contract}`),
    ofCurrency: (chain, currency) => byCurrency.get(`${chain} ${currency}`),
    native: (chain) => byContract.get(`${chain} null`),
  };
}

function unique<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T> {
  const map = new Map(items.map((item) => [keyOf(item), item]));
  if (map.size === items.length) return map;
  throw new TypeError(
    `stands twice: ${items.map(keyOf).find((k, i, all) => all.indexOf(k) !== i)}`,
  );
}
