import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { MemoryKeyRegister } from '../../src/adapters/memory/key-register.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { type CommandContext, Engine } from '../../src/commands/engine.ts';
import { registerPlayer } from '../../src/commands/register-player.ts';
import { accountDecider } from '../../src/domain/account/decide.ts';
import { streams } from '../../src/domain/ids.ts';
import { hashOf } from '../../src/domain/play/token.ts';
import type { RecordedEvent } from '../../src/event-store.ts';
import { Answers } from './answers.ts';
import { BRAND, bet, CURRENCY, FIRST_BALANCE, PROVIDER, playerOf, TOKEN } from './bets.ts';
import { houseOn } from './house.ts';

export interface ExampleLog {
  /** What every account begins with: a registered player, and a deposit that opened the account. */
  readonly opening: readonly RecordedEvent[];
  /** A first bet, of transaction 0. */
  readonly bet: RecordedEvent;
}

const DAY_MS = 86_400_000;

const CONTEXT: CommandContext = {
  actor: { kind: 'system', id: 'bench' },
  ...{ commandId: 'seed', causationId: 'seed', correlationId: 'seed' },
};

/**
 * The log of account 0, as the product itself writes it: with other names put in, whoever seeds
 * accounts by the million has what it would have written.
 */
export function exampleLog(): Promise<ExampleLog> {
  written ??= writeExample();
  return written;
}

let written: Promise<ExampleLog> | undefined;

async function writeExample(): Promise<ExampleLog> {
  const store = new MemoryEventStore();
  const system = realSystem;
  const engine = new Engine({ store, system, keys: new MemoryKeyRegister() });
  const house = houseOn(store, engine);
  const account = { brand: BRAND, player: playerOf(0), currency: CURRENCY };
  const registered = await registerPlayer(house, { brand: BRAND, player: account.player }, CONTEXT);
  if (!registered.ok) throw new Error(`no player: ${registered.rejection.code}`);
  await engine.execute(
    accountDecider,
    streams.account(account),
    {
      type: 'CreditDeposit',
      ...{ account, deposit: `deposit of ${account.player}`, epoch: 1, chain: 'eip155:1' },
      ...{ address: 'bench', asset: 'bench', txid: 'bench', amount: BigInt(FIRST_BALANCE) },
    },
    CONTEXT,
  );
  await engine.execute(
    accountDecider,
    streams.account(account),
    {
      type: 'OpenSession',
      ...{ account, session: realSystem.uuid(), provider: PROVIDER, tokenHash: hashOf(TOKEN) },
      expiresAtMs: realSystem.now() + DAY_MS,
      ...{ deviceRef: null, networkRef: null },
    },
    { ...CONTEXT, commandId: 'session' },
  );
  await bet(house, new Answers(), 0);
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  const last = events.pop();
  if (last?.type !== 'BetDebited') throw new Error('the example log does not end with its bet');
  return { opening: events, bet: last };
}
