import { HDNodeWallet, Mnemonic } from 'ethers';
import { EvmAddressBook } from '../../src/adapters/chains/evm/addresses.ts';
import { EvmPayoutRail } from '../../src/adapters/chains/evm/payout-rail.ts';
import { EvmReader } from '../../src/adapters/chains/evm/reader.ts';
import { EvmRpc } from '../../src/adapters/chains/evm/rpc.ts';
import { PostgresEventStore } from '../../src/adapters/event-store/postgres/store.ts';
import {
  createBookkeeping,
  postgresCheckpoints,
  postgresScannedBlocks,
} from '../../src/adapters/postgres/bookkeeping.ts';
import { LocalEvmSigner } from '../../src/adapters/signers/local-evm.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { assignDepositAddress } from '../../src/commands/assign-deposit-address.ts';
import { Watchlist } from '../../src/commands/chains/watchlist.ts';
import { type CommandContext, Engine } from '../../src/commands/engine.ts';
import type { Answer, House } from '../../src/commands/house.ts';
import { publishPolicies } from '../../src/commands/publish-policies.ts';
import { registerPlayer } from '../../src/commands/register-player.ts';
import { assetRegistry } from '../../src/domain/assets.ts';
import { type DecodedEvent, decodeEvent } from '../../src/domain/events.ts';
import type { DepositPolicy, WithdrawalPolicy } from '../../src/domain/policy/events.ts';
import type { Filter, Position } from '../../src/event-store.ts';
import { openReadModels, PROJECTIONS } from '../../src/projections/all.ts';
import type { ReadModels } from '../../src/projections/read-models.ts';
import { compareWithReplay } from '../../src/projections/replay.ts';
import { startWorkers, type WorkerPart, type Workers } from '../../src/workers.ts';
import { DEV_MNEMONIC } from './anvil.ts';
import { type FreshDatabase, freshDatabase } from './postgres.ts';

export const ALL_PARTS: readonly WorkerPart[] = ['projections', 'policies', 'scanner', 'payouts'];

export interface TestHouseOptions {
  readonly chainUrl: string;
  readonly chain: string;
  readonly token: string;
  /** A database from an earlier house, to go on with. Default: a fresh one, dropped at the end. */
  readonly database?: FreshDatabase;
  readonly parts?: readonly WorkerPart[];
  readonly deposits?: Partial<DepositPolicy>;
  readonly withdrawals?: Partial<WithdrawalPolicy>;
  readonly hotWalletKey?: string;
}

export interface TestHouse {
  readonly house: House;
  readonly readModels: ReadModels;
  readonly database: FreshDatabase;
  readonly hotWallet: string;
  readonly usdt: string;
  readonly eth: string;
  /** What the parts reported while they ran. */
  readonly errors: string[];
  readonly workers: Workers;
  /** A registered player with a deposit address. */
  player(name: string): Promise<{ player: string; address: string }>;
  /** Every event of the log that matches, in order. */
  events(filter?: Filter): Promise<DecodedEvent[]>;
  types(filter?: Filter): Promise<string[]>;
  head(): Promise<Position>;
  /** Each read model, built again from event 1, is what the live one is. */
  replayEquals(): Promise<boolean>;
  /** Ends the parts and the store; the database stays when it was given. */
  stop(): Promise<void>;
}

export const staff = (id: string): CommandContext => ({
  actor: { kind: 'back-office', id },
  commandId: realSystem.uuid(),
  causationId: 'test',
  correlationId: 'test',
});

export function value<Value>(answer: Answer<Value>): Value {
  if (answer.ok) return answer.value;
  throw new Error(`${answer.rejection.code}: ${JSON.stringify(answer.rejection.details)}`);
}

/** A whole house on a real Postgres and a real node, its parts running with short polls. */
export async function testHouse(options: TestHouseOptions): Promise<TestHouse> {
  const { chain, chainUrl, token } = options;
  const database = options.database ?? (await freshDatabase());
  const { pool } = database;
  const store = await PostgresEventStore.open({ pool, system: realSystem });
  await createBookkeeping(pool);
  const rpc = new EvmRpc({ url: chainUrl, timeoutMs: 3_000 });
  const reader = new EvmReader({ chain, rpc });
  const rail = new EvmPayoutRail({ chain, rpc });
  const account = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(DEV_MNEMONIC), "m/44'/60'/1'");
  const extendedPublicKey = account.neuter().extendedKey;
  const privateKey = options.hotWalletKey ?? HDNodeWallet.createRandom().privateKey;
  const signer = new LocalEvmSigner({ chain, privateKey });
  const hotWallet = signer.address;
  const addresses = new EvmAddressBook({ chain, extendedPublicKey });
  const assets = assetRegistry(
    [
      { code: 'ETH', decimals: 18, name: 'Ether' },
      { code: 'USDT', decimals: 6, name: 'Tether' },
    ],
    [
      { chain, currency: 'ETH', contract: null, slip44: 60, decimals: 18 },
      { chain, currency: 'USDT', contract: token, slip44: 60, decimals: 6 },
    ],
  );
  const houseChain = { reader, addresses, hotWallet };
  const house: House = {
    store,
    engine: new Engine(store, realSystem),
    system: realSystem,
    assets,
    chains: new Map([[chain, houseChain]]),
    watchlist: new Watchlist(store, [{ chain, address: hotWallet }]),
    knownPlayers: new Set(),
  };
  const deposits = { rules: [{ asset: '*', upTo: null, confirmations: 3 }], minimums: {} };
  const withdrawals = {
    rules: [{ currency: '*' as const, upTo: null, approvals: 1 }],
    approvalHours: 24,
    feeCaps: { [chain]: '20000000000000000' },
  };
  await publishPolicies(
    house,
    {
      deposits: { ...deposits, ...options.deposits },
      withdrawals: { ...withdrawals, ...options.withdrawals },
    },
    staff('config'),
  );
  const errors: string[] = [];
  const workers = startWorkers({
    house,
    pool,
    parts: new Set(options.parts ?? ALL_PARTS),
    checkpoints: postgresCheckpoints(pool),
    scans: [{ chain: houseChain, blocks: postgresScannedBlocks(pool, chain), startHeight: 0 }],
    wallets: [{ reader, rail, signer }],
    pollMs: 20,
    onError: (part, error) => errors.push(`${part}: ${error}`),
  });
  const events = async (filter?: Filter) => {
    const found: DecodedEvent[] = [];
    for await (const recorded of store.readAll(filter ? { filter } : {})) {
      found.push(decodeEvent(recorded));
    }
    return found;
  };
  return {
    ...{ house, database, hotWallet, errors, workers, events },
    readModels: openReadModels({ pool, system: realSystem, waitForMs: 10_000 }),
    eth: assets.native(chain)?.id ?? '',
    usdt: assets.ofCurrency(chain, 'USDT')?.id ?? '',
    async player(name) {
      value(await registerPlayer(house, { brand: 'main', player: name }, staff('alice')));
      const input = { brand: 'main', player: name, chain };
      const { address } = value(await assignDepositAddress(house, input, staff('alice')));
      return { player: name, address };
    },
    types: async (filter) => (await events(filter)).map(({ event }) => event.type),
    head: () => store.head(),
    async replayEquals() {
      const shell = { store, pool, system: realSystem };
      const compared = await Promise.all(PROJECTIONS.map((p) => compareWithReplay(p, shell)));
      return compared.every(({ equal }) => equal);
    },
    async stop() {
      await workers.stop();
      await house.engine.drain();
      await store.close();
      if (!options.database) await database.drop();
    },
  };
}

/** Waits until the check gives something; what it threw last is in the failure. */
export async function eventually<Value>(
  what: string,
  check: () => Promise<Value | undefined | false>,
  timeoutMs = 20_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const found = await check();
      if (found) return found;
      last = found;
    } catch (error) {
      last = error;
    }
    await realSystem.sleep(25);
  }
  throw new Error(`never came: ${what} (last: ${last})`);
}
