import { PostgresEventStore } from '../../src/adapters/event-store/postgres/store.ts';
import { createBookkeeping } from '../../src/adapters/postgres/bookkeeping.ts';
import { KEYS_TABLE } from '../../src/adapters/postgres/key-register.ts';
import { openPool } from '../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { placeBet } from '../../src/commands/place-bet.ts';
import { StoreUnavailable } from '../../src/event-store.ts';
import { openEngine } from '../../src/open-engine.ts';
import { staff } from '../support/house.ts';
import { plainHouse } from '../support/plain-house.ts';
import { tokenOf } from '../support/sessions.ts';

/** What one process was answered to one bet. */
export interface HotAnswer {
  readonly transaction: string;
  readonly player: string;
  /** Null: refused for funds. */
  readonly placed: { position: string; available: string; repeat: boolean } | null;
}

const [url = '', players = '', first = '0', last = '0'] = process.argv.slice(2);
const names = players.split(',');
const TIGHT = { snapshotEvents: 20, recordsKept: 10 };

/** Bets from the first to the last, all at once: each process has half of its neighbours' too. */
async function run(): Promise<void> {
  const pool = openPool(url, { max: 8, applicationName: 'hot accounts' });
  await createBookkeeping(pool);
  const store = await PostgresEventStore.open({ pool, system: realSystem, keysTable: KEYS_TABLE });
  const shared = { store, pool, system: realSystem, isBesideLog: true, limits: TIGHT };
  const onError = (_part: string, error: unknown) => {
    throw error;
  };
  const { engine, close } = await openEngine({ ...shared, onError });
  const house = { ...plainHouse(store, realSystem), engine };
  const numbers = Array.from({ length: Number(last) - Number(first) }, (_, i) => Number(first) + i);
  await Promise.all(
    numbers.map(async (number) => {
      const player = names[number % names.length] ?? '';
      const transaction = `hot-${number}`;
      const placed = await bet(player, transaction);
      process.send?.({ transaction, player, placed } satisfies HotAnswer);
    }),
  );
  await close();
  await store.close();
  await pool.end();

  async function bet(player: string, transaction: string): Promise<HotAnswer['placed']> {
    const of = { brand: 'main', player, currency: 'ETH', transaction, session: tokenOf() };
    const play = { round: `r-${transaction}`, game: 'g', gameKind: 'slot', data: {} } as const;
    for (;;) {
      try {
        const answer = await placeBet(house, 'acme', { ...of, ...play, amount: '5' }, staff('x'));
        if (answer.ok) return answer.value;
        if (answer.rejection.code === 'insufficient-funds') return null;
        throw new Error(answer.rejection.code);
      } catch (error) {
        // Others were first again and again: the same once more, as a game service does.
        if (!(error instanceof StoreUnavailable)) throw error;
      }
    }
  }
}

void run().then(() => process.disconnect?.());
