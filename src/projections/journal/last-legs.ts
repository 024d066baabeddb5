/**
 * What account `a` comes to after transfer `until` (an expression of SQL): the balance in the later
 * one of its last debit and its last credit. Two steps down an index, however long it is.
 */
export const lastLegs = (until: string): string => `
  left join lateral (
    select entry, position, debit_balance as balance from transfers
    where debit = a.id and entry <= ${until} order by entry desc limit 1
  ) d on true
  left join lateral (
    select entry, position, credit_balance as balance from transfers
    where credit = a.id and entry <= ${until} order by entry desc limit 1
  ) c on true`;

const later = 'coalesce(d.entry, 0) > coalesce(c.entry, 0)';

/** Of what `lastLegs` joined: zero for an account that had no transfer by then. */
export const LAST_BALANCE = `coalesce(case when ${later} then d.balance else c.balance end, 0)`;

/** Of the last transfer; null when there was none. */
export const LAST_POSITION = `case when ${later} then d.position else c.position end`;
