import type { Pool } from 'pg';
import { EvmAddressBook } from './adapters/chains/evm/addresses.ts';
import { EvmPayoutRail } from './adapters/chains/evm/payout-rail.ts';
import { EvmReader } from './adapters/chains/evm/reader.ts';
import { EvmRpc } from './adapters/chains/evm/rpc.ts';
import {
  createBookkeeping,
  postgresCheckpoints,
  postgresScannedBlocks,
} from './adapters/postgres/bookkeeping.ts';
import { checkVersion, openPool } from './adapters/postgres/pool.ts';
import { LocalEvmSigner } from './adapters/signers/local-evm.ts';
import { type Metrics, openMetrics } from './adapters/telemetry/metrics.ts';
import type { ChainId } from './chain.ts';
import { Watchlist } from './commands/chains/watchlist.ts';
import type { House, HouseChain } from './commands/house.ts';
import type { PayoutWallet } from './commands/payouts/payout-worker.ts';
import { type ConfiguredPolicies, publishPolicies } from './commands/publish-policies.ts';
import { publishDefaultRiskRules } from './commands/publish-risk-rules.ts';
import { settleTime } from './commands/settle-time.ts';
import type { AssetRegistry } from './domain/assets.ts';
import type { RiskRuleSet } from './domain/risk/rule-set.ts';
import type { EventStore } from './event-store.ts';
import { watchHouse } from './house-metrics.ts';
import { openEngine } from './open-engine.ts';
import { isBesideReadModels, type LogSettings, openLog } from './open-log.ts';
import { openReadModels } from './projections/all.ts';
import { LiveFeed } from './projections/feed/live-feed.ts';
import type { Feed, ReadModels } from './projections/read-models.ts';
import { createReadModelBookkeeping } from './projections/schema.ts';
import type { System } from './system.ts';
import { startWorkers, type WorkerPart, type Workers } from './workers.ts';

export interface EvmSettings {
  readonly chain: ChainId;
  readonly rpcUrl: string;
  readonly genesisHash?: string;
  readonly startHeight: number;
  readonly pollMs: number;
  /** Account-level: deposit addresses come from it, and no private key is needed to show them. */
  readonly extendedPublicKey: string;
  /** The wallet that pays: its key where this process pays, else its address. */
  readonly hotWallet: { readonly privateKey: string } | { readonly address: string };
}

export interface HouseSettings extends LogSettings, ConfiguredPolicies {
  readonly databaseUrl: string;
  readonly assets: AssetRegistry;
  readonly evm: EvmSettings;
  /** Published where no rules ever were. */
  readonly riskRules: RiskRuleSet;
  readonly parts: ReadonlySet<WorkerPart>;
  readonly waitForMs: number;
  /** Default: read models are not compared with rebuilds. */
  readonly checkEveryMs?: number;
  readonly onError: (part: string, error: unknown) => void;
}

/** What a test may put between the house and the world, to fail it at a chosen moment. */
export interface Wrapping {
  readonly wallet?: (wallet: PayoutWallet) => PayoutWallet;
  readonly store?: (store: EventStore) => EventStore;
}

export interface OpenHouse {
  readonly house: House;
  readonly readModels: ReadModels;
  readonly feed: Feed;
  readonly metrics: Metrics;
  readonly pool: Pool;
  readonly workers: Workers;
  /** Ends the loops, lets commands finish, then closes the log and the database. */
  stop(): Promise<void>;
}

const CONNECTIONS = 20;

/**
 * Puts the adapters together and starts the parts. Throws WrongChain for a node of another chain.
 */
export async function openHouse(
  settings: HouseSettings,
  system: System,
  wrapping: Wrapping = {},
): Promise<OpenHouse> {
  const { onError, databaseUrl, assets, evm } = settings;
  let isStopping = false;
  const pool = openPool(databaseUrl, {
    max: CONNECTIONS,
    applicationName: 'countinghouse',
    // A connection that is closed while the server stops says so: nothing is wrong then.
    onError: (error) => isStopping || onError('postgres', error),
  });
  try {
    await checkVersion(pool);
    await createBookkeeping(pool);
    await createReadModelBookkeeping(pool);
    const log = await openLog(settings, pool, system);
    const store = wrapping.store?.(log) ?? log;
    const { chain, wallet } = openEvm(evm);
    const opened = await openEngine({
      store,
      pool,
      isBesideLog: isBesideReadModels(settings.eventStore),
      system,
      onError,
    });
    const { engine } = opened;
    const { reader, hotWallet } = chain;
    const house: House = {
      ...{ store, engine, system, assets },
      chains: new Map([[reader.chain, chain]]),
      watchlist: new Watchlist(store, [{ chain: reader.chain, address: hotWallet }]),
      knownPlayers: new Set(),
    };
    await publish(house, settings);
    const workers = startWorkers({
      ...{ house, pool, onError },
      parts: settings.parts,
      pollMs: evm.pollMs,
      checkEveryMs: settings.checkEveryMs ?? 0,
      checkpoints: postgresCheckpoints(pool),
      scans: [
        {
          chain,
          blocks: postgresScannedBlocks(pool, reader.chain),
          startHeight: evm.startHeight,
        },
      ],
      wallets: wallet ? [wrapping.wallet?.(wallet) ?? wallet] : [],
    });
    const settle = (time: string) => settleTime(house, time);
    const readModels = openReadModels({ pool, system, waitForMs: settings.waitForMs, settle });
    const { feed, metrics } = watch(house, pool, workers, onError);
    const stop = async () => {
      feed.stop();
      await workers.stop();
      await opened.close();
      await store.close();
      await metrics.stop();
      isStopping = true;
      await pool.end();
    };
    return { house, readModels, feed, metrics, pool, workers, stop };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** What lets others look on. */
function watch(
  { store, engine, system }: House,
  pool: Pool,
  workers: Workers,
  onError: HouseSettings['onError'],
): Pick<OpenHouse, 'feed' | 'metrics'> {
  const parts = { store, pool, system };
  const feed = new LiveFeed({ ...parts, onError: (error) => onError('feed', error) });
  const metrics = openMetrics((error) => onError('metrics', error));
  const projections = () => workers.projections();
  watchHouse({ ...parts, engine, meter: metrics.meter, projections });
  return { feed, metrics };
}

function openEvm(evm: EvmSettings): { chain: HouseChain; wallet: PayoutWallet | null } {
  const { chain, extendedPublicKey, genesisHash } = evm;
  const rpc = new EvmRpc({ url: evm.rpcUrl });
  const reader = new EvmReader({ chain, rpc, ...(genesisHash ? { genesisHash } : {}) });
  const addresses = new EvmAddressBook({ chain, extendedPublicKey });
  if ('address' in evm.hotWallet) {
    const hotWallet = addresses.parse(evm.hotWallet.address);
    if (hotWallet === null) throw new TypeError('the hot wallet is no address of this chain');
    return { chain: { reader, addresses, hotWallet }, wallet: null };
  }
  const signer = new LocalEvmSigner({ chain, privateKey: evm.hotWallet.privateKey });
  const rail = new EvmPayoutRail({ chain, rpc });
  return {
    chain: { reader, addresses, hotWallet: signer.address },
    wallet: { reader, rail, signer },
  };
}

async function publish(
  house: House,
  { deposits, withdrawals, reporting, riskRules }: HouseSettings,
): Promise<void> {
  const commandId = house.system.uuid();
  const context = {
    actor: { kind: 'system', id: 'configuration' },
    ...{ commandId, causationId: commandId, correlationId: commandId },
  } as const;
  await publishPolicies(house, { deposits, withdrawals, reporting }, context);
  await publishDefaultRiskRules(house, riskRules, context);
}
