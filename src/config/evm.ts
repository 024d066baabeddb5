import type { Complaint } from '../config.ts';
import { DEVELOPMENT_HOT_WALLET_KEY, DEVELOPMENT_XPUB, walletOf } from './evm-keys.ts';
import type { Variables } from './variables.ts';

export interface EvmConfig {
  readonly rpcUrl: string;
  /** CAIP-2. */
  readonly chain: string;
  /** Null: the chain's id alone is checked. */
  readonly genesisHash: string | null;
  readonly startHeight: number;
  readonly pollMs: number;
  readonly xpub: string;
  /** The address that pays. */
  readonly hotWallet: string;
  /** Null in a process without payouts: it needs no key and should have none. */
  readonly hotWalletKey: string | null;
}

const DEVELOPMENT_RPC_URL = 'http://127.0.0.1:8545';

/** Outside production what is missing is a test chain's; the checks for production come later. */
export function evmConfig(data: Variables): { config: EvmConfig; complaints: Complaint[] } {
  const complaints: Complaint[] = [];
  const complain = (variable: string, problem: string) => complaints.push({ variable, problem });
  const isProduction = data.NODE_ENV === 'production';
  const pays = data.PARTS.includes('payouts');
  const given = data.EVM_HOT_WALLET_KEY;
  const key = given ?? (isProduction || data.EVM_HOT_WALLET ? null : DEVELOPMENT_HOT_WALLET_KEY);
  const derived = key === null ? null : walletOf(key);
  if (pays && key === null) complain('EVM_HOT_WALLET_KEY', 'is needed where PARTS has payouts');
  if (derived === null && data.EVM_HOT_WALLET === undefined && !pays) {
    complain('EVM_HOT_WALLET', 'is needed where PARTS has no payouts');
  }
  if (given && data.EVM_HOT_WALLET && derived !== data.EVM_HOT_WALLET) {
    complain('EVM_HOT_WALLET', "is not the address of EVM_HOT_WALLET_KEY's wallet");
  }
  const config: EvmConfig = {
    rpcUrl: data.EVM_RPC_URL ?? DEVELOPMENT_RPC_URL,
    chain: data.EVM_CHAIN,
    genesisHash: data.EVM_GENESIS_HASH ?? null,
    startHeight: data.EVM_START_HEIGHT,
    pollMs: data.EVM_POLL_MS,
    xpub: data.EVM_XPUB ?? DEVELOPMENT_XPUB,
    hotWallet: data.EVM_HOT_WALLET ?? derived ?? '',
    hotWalletKey: pays ? key : null,
  };
  return { config, complaints };
}
