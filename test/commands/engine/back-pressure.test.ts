import { describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory.ts';
import { MemoryKeyRegister } from '../../../src/adapters/memory/key-register.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { Engine, Overloaded } from '../../../src/commands/engine.ts';
import { accept } from '../../../src/domain/decider.ts';
import type { StreamAppend } from '../../../src/event-store.ts';
import { staff } from '../../support/house.ts';
import { tallyDecider } from '../../support/tally.ts';

const MOST = 20;

/** A log that takes its time, and counts what it is given at once. */
class SlowStore extends MemoryEventStore {
  readonly batches: number[] = [];
  mostUnderWay = 0;
  #underWay = 0;

  override async append(parts: readonly StreamAppend[]) {
    this.batches.push(parts.reduce((sum, { events }) => sum + events.length, 0));
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.#underWay);
    await realSystem.sleep(5);
    this.#underWay--;
    return super.append(parts);
  }
}

/** Each command is so many events. */
const adding = (events: number): typeof tallyDecider => ({
  ...tallyDecider,
  decide: ({ tally, note }) =>
    accept(
      ...Array.from({ length: events }, (_, index) => ({
        type: 'PlayerRegistered' as const,
        data: { brand: tally, player: `${note}-${index}` },
      })),
    ),
});

function slowEngine(limits = {}) {
  const store = new SlowStore();
  const engine = new Engine({ store, keys: new MemoryKeyRegister(), system: realSystem }, limits);
  const add = (note: string, tally = 'a') =>
    engine.execute(tallyDecider, `tally-${tally}`, { type: 'Add', tally, note }, staff('test'));
  const total = async () => (await engine.load(tallyDecider, 'tally-a')).total;
  return { store, engine, add, total };
}

describe('more than the engine is built for', () => {
  it('is refused at once by name, and what was taken in is done', async () => {
    const { engine, add, total } = slowEngine({ mostWaiting: MOST });
    const asked = Array.from({ length: 100 }, (_, index) => add(`${index}`));
    const answers = await Promise.allSettled(asked);
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused).toHaveLength(100 - MOST);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(Overloaded);
    await engine.drain();
    expect(await total()).toBe(MOST);
    // The same again is taken in as soon as there is room, and repeats have no effect.
    for (let index = 0; index < 100; index += MOST) {
      await Promise.all(Array.from({ length: MOST }, (_, place) => add(`${index + place}`)));
    }
    expect(await total()).toBe(100);
  });

  it('at twice what is taken in, nobody waits for more than the two batches before', async () => {
    const { store, add } = slowEngine({ mostWaiting: MOST });
    let refused = 0;
    const waits: number[] = [];
    const callers = Array.from({ length: 2 * MOST }, async (_, caller) => {
      for (let count = 0; count < 10; count++) {
        const before = store.batches.length;
        const answer = await add(`${caller}-${count}`, `${caller % 5}`).catch(() => null);
        if (answer === null) refused++;
        else waits.push(store.batches.length - before);
        if (answer === null) await realSystem.sleep(5);
      }
    });
    await Promise.all(callers);
    expect(refused).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(4);
  });
});

describe('a commit', () => {
  it('has one command when one is there, and a crowd when a crowd is there', async () => {
    const { store, add } = slowEngine();
    await add('alone');
    await Promise.all(Array.from({ length: 300 }, (_, index) => add(`${index}`, `${index % 100}`)));
    const [first, ...rest] = store.batches;
    expect(first).toBe(1);
    expect(rest.length).toBeLessThanOrEqual(3);
  });

  it.each([
    [1, 2],
    [4, 2],
    // The first is a half, before anybody knows how many events they are.
    [5, 3],
  ])('of commands of %i events each makes %i that are under way at once', async (events, most) => {
    const { store, engine } = slowEngine();
    const command = (tally: string) => ({ type: 'Add', tally, note: tally }) as const;
    const tallies = Array.from({ length: 200 }, (_, index) => `${index}`);
    const add = async (tally: string) => {
      await engine.execute(adding(events), `tally-${tally}`, command(tally), staff('test'));
    };
    await Promise.all(tallies.map(add));
    expect(store.mostUnderWay).toBe(most);
    expect(store.batches.reduce((sum, size) => sum + size, 0)).toBe(200 * events);
  });

  it('has one command each when it is told so: the plain way, to compare with', async () => {
    const { store, add } = slowEngine({ mostCommandsPerCommit: 1 });
    await Promise.all(Array.from({ length: 12 }, (_, index) => add(`${index}`, `${index % 3}`)));
    expect(store.batches).toEqual(Array.from({ length: 12 }, () => 1));
  });
});
