import type { AccountEvent } from '../../../src/domain/account/events.ts';
import type { ProjectedEvent, Projection } from '../../../src/projections/projection.ts';
import { KeyedRows } from '../../../src/projections/rows/keyed-rows.ts';

type Bet = Extract<AccountEvent, { type: 'BetDebited' }>;

/** What was staked on each game. */
export const stakes: Projection = {
  name: 'stakes',
  version: 1,
  types: ['BetDebited'],
  tables: new URL('./tables.sql', import.meta.url),
  tableNames: ['stakes'],
  keyOf: gameOf,
  open() {
    const rows = new KeyedRows<{ game: string; bets: number; staked: bigint }>({
      table: 'stakes',
      columns: { game: 'text', bets: 'int', staked: 'numeric' },
      keyColumns: 1,
      toCells: ({ game, bets, staked }) => [game, `${bets}`, `${staked}`],
      fromCells: ([game, bets, staked]) => ({
        ...{ game: game ?? '', bets: Number(bets), staked: BigInt(staked ?? 0) },
      }),
    });
    return {
      load: (batch, client) => rows.load(() => batch.map(gameOf), client),
      apply(projected) {
        const game = gameOf(projected);
        const { bets, staked } = rows.get(game) ?? { bets: 0, staked: 0n };
        const { amount } = (projected.event as Bet).data;
        rows.set(game, { game, bets: bets + 1, staked: staked + BigInt(amount) });
      },
      flush: (client) => rows.flush(client),
      get pending() {
        return rows.pending;
      },
    };
  },
};

function gameOf({ event }: ProjectedEvent): string {
  return (event as Bet).data.game;
}
