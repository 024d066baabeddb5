import { hexlify, randomBytes } from 'ethers';
import { realSystem } from '../../src/adapters/system.ts';
import { type OpenHouse, openHouse, type Wrapping } from '../../src/assembly.ts';
import { assignDepositAddress } from '../../src/commands/assign-deposit-address.ts';
import type { CommandContext } from '../../src/commands/engine.ts';
import type { Answer } from '../../src/commands/house.ts';
import { registerPlayer } from '../../src/commands/register-player.ts';
import { DEVELOPMENT_XPUB } from '../../src/config/evm-keys.ts';
import { defaultRiskRules } from '../../src/config/risk-rules.ts';
import { assetRegistry } from '../../src/domain/assets.ts';
import { type DecodedEvent, decodeEvent } from '../../src/domain/events.ts';
import { FIRST_REPORTING_POLICY } from '../../src/domain/policy/decide.ts';
import type { DepositPolicy, WithdrawalPolicy } from '../../src/domain/policy/events.ts';
import type { Filter, Position } from '../../src/event-store.ts';
import { PROJECTIONS } from '../../src/projections/all.ts';
import { compareWithReplay } from '../../src/projections/replay.ts';
import type { System } from '../../src/system.ts';
import type { WorkerPart } from '../../src/workers.ts';

export const ALL_PARTS: readonly WorkerPart[] = ['projections', 'policies', 'scanner', 'payouts'];

/** Each look costs the node, Postgres and us a few milliseconds, and there are dozens of houses. */
export const POLL_MS = 100;

export interface TestHouseOptions {
  readonly databaseUrl: string;
  readonly chainUrl: string;
  readonly chain: string;
  readonly token: string;
  readonly parts?: readonly WorkerPart[];
  readonly deposits?: Partial<DepositPolicy>;
  readonly withdrawals?: Partial<WithdrawalPolicy>;
  readonly hotWalletKey?: string;
  readonly wrapping?: Wrapping;
  /** Default: the machine's own clock. */
  readonly system?: System;
}

export interface TestHouse extends OpenHouse {
  readonly hotWallet: string;
  /** What the parts reported while they ran. */
  readonly errors: string[];
  /** A registered player with a deposit address. */
  player(name: string): Promise<{ player: string; address: string }>;
  /** Every event of the log that matches, in order. */
  events(filter?: Filter): Promise<DecodedEvent[]>;
  types(filter?: Filter): Promise<string[]>;
  head(): Promise<Position>;
  /** Each read model, built again from event 1, is what the live one is. */
  replayEquals(): Promise<boolean>;
}

/** A node that can't tell just now is asked again: during a reorg that is no defect of ours. */
export const isDefect = (error: string) => !error.includes('ChainUnavailable');

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

export function testAssets(chain: string, token: string) {
  return assetRegistry(
    [
      { code: 'ETH', decimals: 18, name: 'Ether' },
      { code: 'USDT', decimals: 6, name: 'Tether' },
    ],
    [
      { chain, currency: 'ETH', contract: null, slip44: 60, decimals: 18 },
      { chain, currency: 'USDT', contract: token, slip44: 60, decimals: 6 },
    ],
  );
}

/** Postgres, or HOUSE_EVENT_STORE: there each database has a ledger of its own beside others. */
function logOf(databaseUrl: string) {
  const { HOUSE_EVENT_STORE: eventStore } = process.env;
  const eventStoreNamespace = new URL(databaseUrl).pathname.slice(1).replaceAll('_', '-');
  return eventStore ? { eventStore, eventStoreNamespace } : {};
}

/** Of a wallet of the caller's own. Not by a mnemonic, whose hashing costs more than a house. */
export const freshKey = () => hexlify(randomBytes(32));

/** A whole house on a real Postgres and a real node, its parts running with short polls. */
export async function testHouse(options: TestHouseOptions): Promise<TestHouse> {
  const { chain, databaseUrl } = options;
  const errors: string[] = [];
  const opened = await openHouse(
    {
      databaseUrl,
      ...logOf(databaseUrl),
      assets: testAssets(chain, options.token),
      evm: {
        ...{ chain, rpcUrl: options.chainUrl, startHeight: 0, pollMs: POLL_MS },
        extendedPublicKey: DEVELOPMENT_XPUB,
        hotWallet: { privateKey: options.hotWalletKey ?? freshKey() },
      },
      deposits: {
        ...{ rules: [{ asset: '*', upTo: null, confirmations: 3 }], minimums: {} },
        ...options.deposits,
      },
      riskRules: defaultRiskRules(),
      withdrawals: {
        rules: [{ currency: '*', upTo: null, approvals: 1 }],
        approvalHours: 24,
        feeCaps: { [chain]: '20000000000000000' },
        ...options.withdrawals,
      },
      reporting: FIRST_REPORTING_POLICY,
      parts: new Set(options.parts ?? ALL_PARTS),
      waitForMs: 10_000,
      onError: (part, error) => errors.push(`${part}: ${error}`),
    },
    options.system ?? realSystem,
    options.wrapping,
  );
  const { house, pool } = opened;
  const { store } = house;
  const events = async (filter?: Filter) => {
    const found: DecodedEvent[] = [];
    for await (const recorded of store.readAll(filter ? { filter } : {})) {
      found.push(decodeEvent(recorded));
    }
    return found;
  };
  return {
    ...opened,
    ...{ errors, events },
    hotWallet: house.chains.get(chain)?.hotWallet ?? '',
    async player(name) {
      value(await registerPlayer(house, { brand: 'main', player: name }, staff('alice')));
      const input = { brand: 'main', player: name, chain };
      const { address } = value(await assignDepositAddress(house, input, staff('alice')));
      return { player: name, address };
    },
    // Asked for again and again until one is there: nothing is decoded for that.
    async types(filter) {
      const found: string[] = [];
      for await (const { type } of store.readAll(filter ? { filter } : {})) found.push(type);
      return found;
    },
    head: () => store.head(),
    async replayEquals() {
      const shell = { store, pool, system: realSystem };
      // One after the other: each holds three connections.
      for (const projection of PROJECTIONS) {
        if (!(await compareWithReplay(projection, shell)).equal) return false;
      }
      return true;
    },
  };
}

const EVENTUALLY_MS = 60_000;

/** Waits until the check gives something; what it threw last is in the failure. */
export async function eventually<Value>(
  what: string,
  check: () => Promise<Value | undefined | false>,
  pauseMs = 40,
): Promise<Value> {
  const deadline = Date.now() + EVENTUALLY_MS;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const found = await check();
      if (found) return found;
      last = found;
    } catch (error) {
      last = error;
    }
    await realSystem.sleep(pauseMs);
  }
  throw new Error(`never came: ${what} (last: ${last})`);
}
