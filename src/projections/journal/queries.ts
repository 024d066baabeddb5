import type { PoolClient } from 'pg';
import { type JournalReads, PastRefused, type Period } from '../ledger-reads.ts';
import type { AsOf } from '../read-models.ts';
import { pageOf, type Reading, reflecting } from '../reading.ts';
import { journal } from './apply.ts';
import { entriesIn } from './entries.ts';
import { writeJournal } from './export/write.ts';
import { listAccounts } from './ledger-accounts.ts';
import { latestTime, type Span, spanOf, waitingFor } from './period.ts';
import { statementOf } from './statement.ts';
import { trialBalanceAt } from './trial-balance.ts';

type Read<Value> = (client: PoolClient, span: Span) => Promise<Value>;

/**
 * Reads what stood in a period; the answer's position and time are those of its end. Where that is
 * a time that nothing is later than yet, the log is first made to say that it is over.
 */
export async function inPeriod<Value>(
  reading: Reading,
  period: Period,
  read: Read<Value>,
): Promise<AsOf<Value>> {
  try {
    return await readPeriod(reading, period, read);
  } catch (error) {
    if (!(error instanceof PastRefused) || error.code !== 'time-not-settled') throw error;
    const time = latestTime(period);
    const tick = time === undefined ? null : ((await reading.settle?.(time)) ?? null);
    if (tick === null) throw error;
    const waitFor = [period.waitFor ?? '', tick].toSorted().at(-1) ?? tick;
    return readPeriod(reading, { ...period, waitFor }, read);
  }
}

async function readPeriod<Value>(
  reading: Reading,
  period: Period,
  read: Read<Value>,
): Promise<AsOf<Value>> {
  const { value: answer, ...now } = await reflecting(
    reading,
    journal,
    waitingFor(period),
    async (client) => {
      const span = await spanOf(client, period);
      return { past: span.past, value: await read(client, span) };
    },
  );
  return { ...now, ...answer.past, value: answer.value };
}

export function journalQueries(reading: Reading): JournalReads {
  const reads: Omit<JournalReads, 'exportJournal'> = {
    journal: ({ after, limit, ...period }) =>
      inPeriod(reading, period, async (client, span) => {
        const rest = { ...span, after: Math.max(span.after, Number(after ?? 0)) };
        return pageOf(await entriesIn(client, rest, limit + 1), limit, ({ entry }) => `${entry}`);
      }),

    statement: ({ account, currency, after, limit, ...period }) =>
      inPeriod(reading, period, (client, span) =>
        statementOf(client, { account, currency }, span, { after, limit }),
      ),

    ledgerAccounts: ({ class: kind, after, limit, ...options }) =>
      inPeriod(reading, options, (client, span) =>
        listAccounts(client, kind ?? '', span, { after, limit }),
      ),

    trialBalance: (options = {}) =>
      inPeriod(reading, options, (client, { until }) => trialBalanceAt(client, until)),
  };
  return { ...reads, exportJournal: (wanted) => writeJournal(reads, wanted) };
}
