import { AddedRows } from '../rows/added-rows.ts';
import { FirstRows } from '../rows/first-rows.ts';
import { KeyedRows } from '../rows/keyed-rows.ts';
import { SummedRows } from '../rows/summed-rows.ts';
import type { Offset } from './business-day.ts';

const game = { provider: 'text', game: 'text', kind: 'text' } as const;

export const facts = () =>
  new SummedRows({
    table: 'facts',
    columns: {
      ...{ day: 'date', measure: 'text', brand: 'text', currency: 'text', chain: 'text' },
      ...game,
    },
  });

export const durations = () =>
  new SummedRows({
    table: 'durations',
    columns: {
      ...{ day: 'date', measure: 'text', brand: 'text', currency: 'text', chain: 'text' },
      bucket: 'int',
    },
  });

export const playerDays = () =>
  new FirstRows({
    table: 'player_days',
    columns: { day: 'date', brand: 'text', player: 'text', currency: 'text', ...game },
    keyColumns: 7,
  });

export const firsts = () =>
  new FirstRows({
    table: 'firsts',
    columns: {
      ...{ brand: 'text', player: 'text', measure: 'text', day: 'date', currency: 'text' },
      ...{ chain: 'text', ...game, amount: 'numeric' },
    },
    keyColumns: 3,
    remembers: 100_000,
  });

export interface Waiting {
  readonly id: string;
  readonly chain: string;
  readonly sinceMs: number;
}

export const waiting = () =>
  new KeyedRows<Waiting>({
    table: 'waiting',
    columns: { id: 'text', chain: 'text', since_ms: 'bigint' },
    keyColumns: 1,
    toCells: ({ id, chain, sinceMs }) => [id, chain, sinceMs.toString()],
    fromCells: ([id, chain, sinceMs]) => ({
      ...{ id: id ?? '', chain: chain ?? '', sinceMs: Number(sinceMs) },
    }),
  });

export const businessDays = () =>
  new AddedRows<Offset>({
    table: 'business_days',
    columns: { position: 'text', offset_minutes: 'int' },
    toCells: ({ position, minutes }) => [position, minutes.toString()],
  });

export const rates = () =>
  new AddedRows<readonly string[]>({
    table: 'rates',
    columns: {
      ...{ quote: 'text', base: 'text', day: 'date', position: 'text', time: 'timestamptz' },
      ...{ rate: 'text', base_decimals: 'int', quote_decimals: 'int', source: 'text' },
    },
    toCells: (cells) => cells,
  });
