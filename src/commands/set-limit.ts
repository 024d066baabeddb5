import { z } from 'zod';
import { accountDecider } from '../domain/account/decide.ts';
import { type AccountRef, streams } from '../domain/ids.ts';
import { amountOrZero } from '../domain/money.ts';
import { limitKind, limitPeriod, limitSource } from '../domain/play/events.ts';
import { type LimitsNow, limitsAt } from '../domain/play/overview.ts';
import type { CommandContext } from './engine.ts';
import {
  type Answer,
  type Done,
  execute,
  type House,
  missingPlayer,
  no,
  type Placed,
  positionOf,
} from './house.ts';

const MOST_MINUTES = 31 * 24 * 60;

export const setLimitInput = z
  .strictObject({
    kind: limitKind,
    period: limitPeriod,
    source: limitSource.meta({ description: 'Who sets it; of all sources the lowest counts' }),
    limit: amountOrZero.nullable().meta({
      description:
        "In the currency's smallest unit; of session time, whole minutes. Null removes it. " +
        'Lower holds at once, higher or none after 24 hours',
    }),
  })
  .refine(({ kind, limit }) => kind !== 'session-time' || Number(limit) <= MOST_MINUTES, {
    path: ['limit'],
    message: `must be at most ${MOST_MINUTES} minutes`,
  });

export interface SetLimits extends Placed, LimitsNow {}

/** One limit of one source. The answer has all of the account's, and what is used of them. */
export async function setLimit(
  house: House,
  account: AccountRef,
  { kind, period, source, limit }: z.output<typeof setLimitInput>,
  context: CommandContext,
): Promise<Answer<SetLimits>> {
  const { currency } = account;
  if (!house.assets.currencies.has(currency)) return no('currency-unknown', { currency });
  const missing = await missingPlayer(house, account);
  if (missing) return missing;
  const value = limit === null ? null : BigInt(limit);
  const stream = streams.account(account);
  return execute(
    house,
    accountDecider,
    stream,
    { type: 'SetLimit', account, kind, period, source, value },
    context,
    async (done: Done<LimitsNow>) => ({
      ...done.state,
      position: await positionOf(house, stream, done),
      repeat: done.repeat,
    }),
    ({ play }) => limitsAt(play, house.system.now()),
  );
}

/** As the newest state of the account has them. */
export function limitsOf({ engine, system }: House, account: AccountRef): Promise<LimitsNow> {
  return engine.load(accountDecider, streams.account(account), {
    view: ({ play }) => limitsAt(play, system.now()),
  });
}
