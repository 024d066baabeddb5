import type { ReadinessPart } from './adapters/http/deps.ts';
import type { OpenHouse } from './assembly.ts';
import type { ReadModelStatus } from './projections/status.ts';

/** Whether each part of a house can do its work, asked anew. */
export async function readiness({
  house,
  pool,
  readModels,
  workers,
}: Pick<OpenHouse, 'house' | 'pool' | 'readModels' | 'workers'>): Promise<ReadinessPart[]> {
  const { chains, store } = house;
  const nodes = [...chains.values()].map(({ reader }) =>
    check(`chain ${reader.chain}`, async () => `at ${(await reader.tip()).head.height}`),
  );
  const own = await Promise.all([
    check('event store', async () => `at ${(await store.head()) || 'the start'}`),
    check('postgres', async () => {
      await pool.query('select 1');
      return 'answers';
    }),
    ...nodes,
  ]);
  // Without the tables the runners still tell what they know.
  const nothing: readonly ReadModelStatus[] = [];
  const asked = store.head().then((head) => readModels.statuses(head));
  return [...own, ...workers.health(await asked.catch(() => nothing))];
}

async function check(name: string, ask: () => Promise<string>): Promise<ReadinessPart> {
  try {
    return { name, ready: true, detail: await ask() };
  } catch (error) {
    return { name, ready: false, detail: error instanceof Error ? error.message : 'failed' };
  }
}
