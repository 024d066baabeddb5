import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory.ts';
import { MemoryKeyRegister } from '../../../src/adapters/memory/key-register.ts';
import { Engine } from '../../../src/commands/engine.ts';
import { NO_STREAM, type StreamAppend } from '../../../src/event-store.ts';
import type { KeyClaim } from '../../../src/keys.ts';
import { staff } from '../../support/house.ts';
import { hastySystem } from '../../support/plain-house.ts';
import { tallyDecider } from '../../support/tally.ts';

/** A log that takes each part by itself, and holds each back until it is let go. */
class HeldStore extends MemoryEventStore {
  readonly appendsApart = true;
  holds = true;
  readonly held: { readonly part: StreamAppend; readonly go: () => void }[] = [];
  readonly prepared: string[] = [];

  override async append(parts: readonly StreamAppend[]) {
    expect(parts).toHaveLength(1);
    const part = parts[0] as StreamAppend;
    if (this.holds) await new Promise<void>((go) => this.held.push({ part, go }));
    return super.append(parts);
  }

  prepare({ stream }: StreamAppend): void {
    this.prepared.push(stream);
  }

  /** Lets the oldest go that is of this stream. */
  release(stream: string): void {
    const at = this.held.findIndex(({ part }) => part.stream === stream);
    for (const { go } of this.held.splice(at, at < 0 ? 0 : 1)) go();
  }
}

class CountingRegister extends MemoryKeyRegister {
  claims = 0;
  override claim(claims: readonly KeyClaim[]) {
    this.claims++;
    return super.claim(claims);
  }
}

const CROWD = 60;

let store: HeldStore;
let register: CountingRegister;
let engine: Engine;

beforeEach(() => {
  store = new HeldStore();
  register = new CountingRegister();
  engine = new Engine({ store, keys: register, system: hastySystem });
});

const add = (tally: string, note: string, through: Engine = engine) =>
  through.execute(tallyDecider, `tally-${tally}`, { type: 'Add', tally, note }, staff('test'));

const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn++) await hastySystem.turn();
};

const crowd = (tally: string) =>
  Array.from({ length: CROWD }, (_, index) => add(tally, `${index}`));

async function releaseAll(): Promise<void> {
  for (let round = 0; round < 20; round++) {
    await turns();
    for (const { go } of store.held.splice(0)) go();
  }
}

describe('each part is an append of its own', () => {
  it('an account is answered while the append of another is still under way', async () => {
    const slow = add('slow', 'a');
    const fast = add('fast', 'b');
    await turns();
    store.release('tally-fast');
    expect(await fast).toMatchObject({ kind: 'done', revision: 0 });
    expect(store.held.map(({ part }) => part.stream)).toEqual(['tally-slow']);
    store.release('tally-slow');
    expect(await slow).toMatchObject({ kind: 'done', revision: 0 });
  });

  it('of one stream the next part is claimed and prepared meanwhile, and sent after', async () => {
    const answers = crowd('hot');
    await turns();
    expect(store.held).toHaveLength(1);
    // Whoever comes now shares a later one.
    expect(store.prepared).toHaveLength(2);
    expect(register.claims).toBe(2);
    const [first] = store.held;
    expect(first?.part.events.length).toBeLessThan(CROWD);
    await releaseAll();
    const revisions = (await Promise.all(answers)).map((answer) =>
      answer.kind === 'done' ? answer.revision : NO_STREAM,
    );
    expect(revisions).toEqual(Array.from({ length: CROWD }, (_, index) => index));
  });

  it('L3 where a foreign part of the same length takes a place, nothing follows it', async () => {
    const answers = crowd('hot');
    await turns();
    const [first] = store.held;
    const underWay = store.prepared.length;
    expect(underWay).toBeGreaterThan(1);
    // To the revision it fits: only that the first one failed tells that the next may not go.
    store.holds = false;
    const foreign = new Engine({ store, keys: register, system: hastySystem });
    const theirs = (first?.part.events ?? []).map((_, index) =>
      add('hot', `theirs-${index}`, foreign),
    );
    await Promise.all(theirs);
    store.holds = true;
    await releaseAll();
    await Promise.all(answers);
    const { total } = await foreign.load(tallyDecider, 'tally-hot');
    expect(total).toBe(CROWD + theirs.length);
    // All that was on its way then.
    expect(engine.stats().conflicts).toBe(underWay);
  });

  it('one that is only asked is answered after what it was decided on', async () => {
    const written = add('a', 'a');
    await turns();
    const order: string[] = [];
    const read = engine.load(tallyDecider, 'tally-a').then(({ total }) => order.push(`${total}`));
    void written.then(() => order.push('written'));
    await turns();
    expect(order).toEqual([]);
    store.release('tally-a');
    await read;
    expect(order).toEqual(['written', '1']);
  });
});
