import type { Position } from '../../../event-store.ts';
import type {
  JournalEntry,
  JournalReads,
  LedgerAccountRow,
  PastOptions,
} from '../../ledger-reads.ts';

/** A journal to write out, as of one position: what is posted meanwhile is not in it. */
export interface Walk {
  readonly position: Position;
  readonly brand: string | undefined;
  /** All transfers of an event at a time, in the order of the log. */
  events(): AsyncIterable<readonly JournalEntry[]>;
  /** Accounts all of whose transfers are among those, with what they come to, page by page. */
  accounts(): AsyncIterable<readonly LedgerAccountRow[]>;
}

const PAGE = 2_000;
const OF_PLAYERS = ['available', 'held', 'receivable'] as const;

/** Nothing is kept open between pages. Throws PastRefused where nothing was posted by then. */
export async function walkJournal(
  reads: Pick<JournalReads, 'journal' | 'ledgerAccounts' | 'trialBalance'>,
  brand: string | undefined,
  { asOf: wanted, waitFor }: PastOptions,
): Promise<Walk> {
  const reached = await reads.trialBalance(waitFor === undefined ? {} : { waitFor });
  const now = wanted ?? { position: reached.position };
  const { position } = await reads.trialBalance({ asOf: now });
  const asOf = { position };
  const isWanted = (event: readonly JournalEntry[]) =>
    brand === undefined || event.some((entry) => touches(entry, brand));
  return {
    position,
    brand,
    async *events() {
      let event: JournalEntry[] = [];
      const pages = pagesOf((after) => reads.journal({ asOf, after, limit: PAGE }));
      for await (const page of pages) {
        for (const entry of page) {
          if (event.length > 0 && event[0]?.position !== entry.position) {
            if (isWanted(event)) yield event;
            event = [];
          }
          event.push(entry);
        }
      }
      if (event.length > 0 && isWanted(event)) yield event;
    },
    async *accounts() {
      // The house's accounts are every brand's.
      const all = brand === undefined ? [undefined] : OF_PLAYERS;
      for (const kind of all) {
        const filter = kind === undefined ? {} : { class: kind };
        for await (const page of pagesOf((after) =>
          reads.ledgerAccounts({ ...filter, asOf, after, limit: PAGE }),
        )) {
          yield page.filter(({ account }) => brand === undefined || isOf(account, brand));
        }
      }
    },
  };
}

async function* pagesOf<Item>(
  read: (
    after: string | null,
  ) => Promise<{ value: { items: readonly Item[]; next: string | null } }>,
): AsyncIterable<readonly Item[]> {
  let after: string | null = null;
  do {
    const { value }: Awaited<ReturnType<typeof read>> = await read(after);
    yield value.items;
    after = value.next;
  } while (after !== null);
}

const touches = ({ debit, credit }: JournalEntry, brand: string) =>
  isOf(debit.account, brand) || isOf(credit.account, brand);

/** A player's account is `<class>:<brand>/<player>`. */
const isOf = (account: string, brand: string): boolean =>
  OF_PLAYERS.some((kind) => account.startsWith(`${kind}:${brand}/`));
