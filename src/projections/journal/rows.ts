import { AddedRows } from '../rows/added-rows.ts';
import type { Cell, Columns } from '../rows/columns.ts';

/** The journal is only ever added to: no row of it is changed once it is written. */
const added = (table: string, columns: Columns) =>
  new AddedRows<readonly Cell[]>({ table, columns, toCells: (cells) => cells });

export const newRows = () => ({
  ledgerAccounts: added('ledger_accounts', {
    ...{ id: 'int', account: 'text', currency: 'text', opened: 'text' },
  }),
  eventTypes: added('event_types', { id: 'smallint', type: 'text' }),
  transfers: added('transfers', {
    ...{ entry: 'bigint', time: 'timestamptz', debit: 'int', credit: 'int', type: 'smallint' },
    ...{ position: 'text', amount: 'numeric', debit_balance: 'numeric', credit_balance: 'numeric' },
  }),
  marks: added('marks', {
    entry: 'bigint',
    position: 'text',
    clock: 'timestamptz',
    totals: 'json',
  }),
});

export type NewRows = ReturnType<typeof newRows>;
