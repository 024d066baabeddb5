/** The stretch of a transfer, exactly as the indexes of `transfers` have it. */
export const stretchOf = (entry: string): string => `(${entry} >> 8)::int`;

const last = (side: 'debit' | 'credit', until: string): string => `
  left join lateral (
    select entry, position, ${side}_balance as balance from transfers
    where ${side} = a.id and ${stretchOf('entry')} <= ${stretchOf(until)} and entry <= ${until}
    order by ${stretchOf('entry')} desc, entry desc limit 1
  ) ${side}s on true`;

/**
 * What account `a` comes to after transfer `until` (an expression of SQL): the balance in the later
 * one of its last debit and its last credit. Two steps down an index, however long it is.
 */
export const lastLegs = (until: string): string => last('debit', until) + last('credit', until);

const debitIsLater = 'coalesce(debits.entry, 0) > coalesce(credits.entry, 0)';
const ofLater = (column: string): string =>
  `case when ${debitIsLater} then debits.${column} else credits.${column} end`;

/** Of what `lastLegs` joined: zero for an account that had no transfer by then. */
export const LAST_BALANCE = `coalesce(${ofLater('balance')}, 0)`;

/** Of the last transfer; null when there was none. */
export const LAST_POSITION = ofLater('position');
