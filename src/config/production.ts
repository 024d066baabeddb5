import type { Complaint } from '../config.ts';
import { DEVELOPMENT_PREFIX } from './api-keys.ts';
import { DEVELOPMENT_XPUBS, isDevelopmentWallet, walletOf } from './evm-keys.ts';
import type { Variable, Variables } from './variables.ts';

const REQUIRED: readonly Variable[] = ['API_KEYS', 'EVM_XPUB', 'DATABASE_URL', 'EVM_RPC_URL'];

/** Production takes nothing for granted, and nothing whose secret is public. */
export function requireForProduction(data: Variables): Complaint[] {
  if (data.NODE_ENV !== 'production') return [];
  const complaints: Complaint[] = REQUIRED.filter((name) => data[name] === undefined).map(
    (variable) => ({ variable, problem: 'is required in production' }),
  );
  const refuse = (variable: Variable, problem: string) => complaints.push({ variable, problem });
  if (data.API_KEYS?.some(({ id }) => id.startsWith(DEVELOPMENT_PREFIX))) {
    refuse('API_KEYS', `has a development key: an id that begins with ${DEVELOPMENT_PREFIX}`);
  }
  if (data.EVM_XPUB !== undefined && DEVELOPMENT_XPUBS.includes(data.EVM_XPUB)) {
    refuse('EVM_XPUB', 'is a development key: its private half is public');
  }
  const wallets = {
    EVM_HOT_WALLET: data.EVM_HOT_WALLET,
    EVM_HOT_WALLET_KEY: data.EVM_HOT_WALLET_KEY && walletOf(data.EVM_HOT_WALLET_KEY),
  };
  for (const [variable, address] of Object.entries(wallets)) {
    if (address && isDevelopmentWallet(address)) {
      refuse(variable as Variable, 'is a development wallet: its key is public');
    }
  }
  return complaints;
}
