import { expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { MemoryKeyRegister } from '../../src/adapters/memory/key-register.ts';
import type { Checkpoints } from '../../src/bookkeeping.ts';
import { Engine } from '../../src/commands/engine.ts';
import { registerKeys } from '../../src/commands/register-keys.ts';
import { accountDecider } from '../../src/domain/account/decide.ts';
import { streams } from '../../src/domain/ids.ts';
import { staff } from '../support/house.ts';
import { hastySystem as system } from '../support/plain-house.ts';

function memoryCheckpoints(): Checkpoints {
  const positions = new Map<string, string>();
  return {
    load: async (name) => positions.get(name) ?? '',
    save: async (name, position) => void positions.set(name, position),
  };
}

const roll = (engine: Engine, player: string, transaction: string, target: string) => {
  const account = { brand: 'main', player, currency: 'ETH' };
  const command = { type: 'RollBack', account, provider: 'acme', transaction, target, data: {} };
  return engine.execute(accountDecider, streams.account(account), command as never, staff('t'));
};

it('L5 a register that is younger than the log learns its keys before anything is written', async () => {
  const store = new MemoryEventStore();
  const old = new Engine({ store, keys: new MemoryKeyRegister(), system });
  await roll(old, 'anna', 'undo-1', 'bet-1');

  const keys = new MemoryKeyRegister();
  const checkpoints = memoryCheckpoints();
  await registerKeys({ store, keys, checkpoints });
  const engine = new Engine({ store, keys, system });
  const code = async (transaction: string, target: string) => {
    const outcome = await roll(engine, 'berta', transaction, target);
    return outcome.kind === 'refused' ? outcome.rejection.code : outcome.kind;
  };
  expect(await code('undo-1', 'bet-9')).toBe('key-reused');
  expect(await code('undo-2', 'bet-1')).toBe('transaction-not-yours');
  expect(await code('undo-2', 'bet-2')).toBe('done');

  // What was registered once isn't read again.
  const read: string[] = [];
  const onProgress = (events: number) => read.push(`${events}`);
  await registerKeys({ store, keys, checkpoints, onProgress });
  expect(read).toEqual(['2']);
  await registerKeys({ store, keys, checkpoints, onProgress });
  expect(read).toEqual(['2']);
});
