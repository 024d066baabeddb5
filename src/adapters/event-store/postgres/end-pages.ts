import type { Filter, Position, RecordedEvent } from '../../../event-store.ts';
import type { System } from '../../../system.ts';
import { Gathering } from '../../postgres/gathering.ts';
import type { Page } from '../follow.ts';
import type { LogReader } from './reading.ts';

interface Asked {
  readonly after: Position;
  readonly filter: Filter | undefined;
}

const GATHERED = 1_000;

/**
 * Pages near the end of the log. An append wakes all subscriptions that wait there: one statement
 * reads what they ask for, and each takes of it what its filter lets through.
 */
export class EndPages {
  readonly #reader: Pick<LogReader, 'page'>;
  readonly #pages: Gathering<Asked, Page>;

  constructor(reader: Pick<LogReader, 'page'>, system: Pick<System, 'turn'>) {
    this.#reader = reader;
    this.#pages = new Gathering(system, GATHERED, (asked) => this.#read(asked));
  }

  page(after: Position, filter: Filter | undefined): Promise<Page> {
    return this.#pages.ask({ after, filter });
  }

  async #read(asked: readonly Asked[]): Promise<Page[]> {
    const [one, ...others] = asked;
    if (one && others.length === 0) return [await this.#reader.page(one.after, one.filter)];
    const places = asked.map(({ after }) => after).sort();
    const page = await this.#reader.page(places[0] ?? '');
    // The page may end before the place of one that is ahead of the others.
    return Promise.all(
      asked.map(({ after, filter }) =>
        after > page.upTo ? this.#reader.page(after, filter) : narrowed(page, after, filter),
      ),
    );
  }
}

function narrowed(page: Page, after: Position, filter: Filter = {}): Page {
  const isAsked = passes(filter);
  const events = page.events.filter((event) => event.position > after && isAsked(event));
  return { ...page, events };
}

function passes({ streamPrefixes = [], types = [] }: Filter) {
  const wanted = new Set(types);
  return ({ stream, type }: RecordedEvent) =>
    (wanted.size === 0 || wanted.has(type)) &&
    (streamPrefixes.length === 0 || streamPrefixes.some((prefix) => stream.startsWith(prefix)));
}
