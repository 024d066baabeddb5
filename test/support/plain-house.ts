import { HDNodeWallet, Mnemonic } from 'ethers';
import { EvmAddressBook } from '../../src/adapters/chains/evm/addresses.ts';
import { EvmReader } from '../../src/adapters/chains/evm/reader.ts';
import { EvmRpc } from '../../src/adapters/chains/evm/rpc.ts';
import { MemoryKeyRegister } from '../../src/adapters/memory/key-register.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { Watchlist } from '../../src/commands/chains/watchlist.ts';
import { Engine } from '../../src/commands/engine.ts';
import type { House } from '../../src/commands/house.ts';
import { publishPolicies } from '../../src/commands/publish-policies.ts';
import { registerPlayer } from '../../src/commands/register-player.ts';
import { accountDecider } from '../../src/domain/account/decide.ts';
import { streams } from '../../src/domain/ids.ts';
import { FIRST_REPORTING_POLICY } from '../../src/domain/policy/decide.ts';
import type { WithdrawalPolicy } from '../../src/domain/policy/events.ts';
import type { EventStore, Filter } from '../../src/event-store.ts';
import type { System } from '../../src/system.ts';
import { DEV_MNEMONIC } from './anvil.ts';
import { staff, testAssets, value } from './house.ts';
import { openTestSession } from './sessions.ts';

export const PLAIN_CHAIN = 'eip155:31337';
const TOKEN = '0xdAC17F958D2ee523a2206206994597C13D831ec7';
/** Where nothing listens: a house without workers never asks its node. */
const NOWHERE = 'http://127.0.0.1:9';

/** Waits cost nothing; the rest is the machine's own. */
export const hastySystem: System = { ...realSystem, sleep: async () => {} };

/** Derived once: to hash the mnemonic takes longer than all else that a plain house is made of. */
let derived: { readonly extendedPublicKey: string; readonly hotWallet: string } | undefined;

function wallets() {
  if (derived) return derived;
  const account = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(DEV_MNEMONIC), "m/44'/60'/1'");
  const hotWallet = account.deriveChild(7).address;
  derived = { extendedPublicKey: account.neuter().extendedKey, hotWallet };
  return derived;
}

/** The use cases on any store, without a database, a node or any worker. */
export function plainHouse(store: EventStore, system: System = hastySystem): House {
  const { extendedPublicKey, hotWallet } = wallets();
  const chain = PLAIN_CHAIN;
  const reader = new EvmReader({ chain, rpc: new EvmRpc({ url: NOWHERE }) });
  const addresses = new EvmAddressBook({ chain, extendedPublicKey });
  return {
    ...{ store, system, assets: testAssets(chain, TOKEN) },
    engine: new Engine({ store, keys: new MemoryKeyRegister(), system }),
    chains: new Map([[chain, { reader, addresses, hotWallet }]]),
    watchlist: new Watchlist(store, [{ chain, address: hotWallet }]),
    knownPlayers: new Set(),
  };
}

export async function publishTestPolicies(
  house: House,
  withdrawals: Partial<WithdrawalPolicy> = {},
): Promise<void> {
  await publishPolicies(
    house,
    {
      deposits: { rules: [{ asset: '*', upTo: null, confirmations: 1 }], minimums: {} },
      withdrawals: {
        rules: [{ currency: '*', upTo: null, approvals: 1 }],
        approvalHours: 24,
        feeCaps: { [PLAIN_CHAIN]: '20000000000000000' },
        ...withdrawals,
      },
      reporting: FIRST_REPORTING_POLICY,
    },
    staff('alice'),
  );
}

/** A registered player with a session and that much, as if a deposit had brought it. */
export async function richPlayer(
  house: House,
  player: string,
  amount: bigint,
  currency = 'ETH',
): Promise<string> {
  value(await registerPlayer(house, { brand: 'main', player }, staff('alice')));
  await credit(house, player, amount, currency);
  await openTestSession(house, player, currency);
  return player;
}

export async function credit(
  { engine }: House,
  player: string,
  amount: bigint,
  currency = 'ETH',
): Promise<void> {
  const account = { brand: 'main', player, currency };
  const deposit = realSystem.uuid();
  const command = {
    type: 'CreditDeposit',
    ...{ account, deposit, epoch: 1, chain: PLAIN_CHAIN, amount },
    ...{ address: 'test', asset: 'test', txid: 'test' },
  } as const;
  await engine.execute(accountDecider, streams.account(account), command, staff('alice'));
}

export async function balanceIn({ engine }: House, player: string, currency = 'ETH') {
  const stream = streams.account({ brand: 'main', player, currency });
  const { available, held } = await engine.load(accountDecider, stream);
  return { available, held };
}

export async function typesIn(store: EventStore, filter?: Filter): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of store.readAll(filter ? { filter } : {})) types.push(type);
  return types;
}
