import type { PoolClient } from 'pg';
import type { FirstMeasure } from './measures.ts';
import { DIMENSIONS, type GroupedBy, type Players, type PlayersRow } from './read-model.ts';
import { selectActive } from './report.ts';
import { condition, Groups, selected, selectGroups } from './selecting.ts';

interface Counted {
  readonly measure: FirstMeasure;
  readonly players: string;
}

type Counts = { -readonly [Name in keyof Omit<PlayersRow, 'group'>]: number };

const none = (): Counts => ({
  ...{ registrations: 0, firstDeposits: 0, firstBets: 0, activePlayers: 0 },
});

const COUNT_OF = {
  registration: 'registrations',
  'first-deposit': 'firstDeposits',
  'first-bet': 'firstBets',
} as const satisfies Record<FirstMeasure, keyof Counts>;

/** Who came, who deposited and bet for the first time, and who bet at all. */
export async function players(client: PoolClient, request: GroupedBy): Promise<Players> {
  const { by } = request;
  const rows = new Groups(by, none);
  const total = none();
  const { where, values } = condition(request, DIMENSIONS);
  const firsts = await selectGroups<Counted>(
    client,
    `select ${[...(by.length > 0 ? [selected(by, DIMENSIONS)] : []), 'measure'].join(', ')},
            count(*)::text as players
     from firsts where ${where} group by ${[...by, 'measure'].join(', ')}`,
    values,
  );
  for (const row of firsts) {
    const name = COUNT_OF[row.measure];
    rows.of(row)[name] = Number(row.players);
    total[name] += Number(row.players);
  }
  for (const row of await selectActive(client, request, by)) {
    rows.of(row).activePlayers = Number(row.players);
  }
  const [all] = await selectActive(client, request, []);
  total.activePlayers = Number(all?.players ?? 0);
  return {
    rows: rows.inOrder().map(({ group, value }) => ({ group, ...value })),
    total: { group: {}, ...total },
  };
}
