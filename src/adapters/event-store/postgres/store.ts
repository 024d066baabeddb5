import pg from 'pg';
import {
  type AppendOutcome,
  checkAppends,
  type Delivery,
  type EventStore,
  type Filter,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  StoreUnavailable,
  type StreamAppend,
  type SubscribeOptions,
} from '../../../event-store.ts';
import type { System } from '../../../system.ts';
import { Bell } from '../bell.ts';
import { follow, type Page } from '../follow.ts';
import { eventsBetween, parsePosition } from '../positions.ts';
import { Announcer } from './announcer.ts';
import { Appender } from './appender.ts';
import { EndPages } from './end-pages.ts';
import { isConnectionLost, isRolledBack } from './errors.ts';
import { channelOf, Notifications } from './notifications.ts';
import { LogReader } from './reading.ts';
import { createSchema } from './schema.ts';

/** To somebody this near to the end, reading what others ask for costs less than a statement. */
const NEAR_EVENTS = 100;
const BACKOFF = { firstPauseMs: 50, longestPauseMs: 1_000 };

export interface PostgresEventStoreOptions {
  /**
   * The caller's: it outlives the store. Two of its connections are held while the store is open.
   */
  readonly pool: pg.Pool;
  readonly system: System;
  /** Default: log. */
  readonly schema?: string;
  /** The table of the register of keys, where that is in the same database. */
  readonly keysTable?: string;
}

/** The default store: one table, one head, positions without gaps in commit order. */
export class PostgresEventStore implements EventStore {
  readonly claimsKeys: boolean;
  readonly appendsInOrder = true;
  readonly eventsBetween = eventsBetween;
  readonly #system: System;
  readonly #reader: LogReader;
  readonly #endPages: EndPages;
  readonly #appender: Appender;
  readonly #notifications: Notifications;
  readonly #announcer: Announcer;
  readonly #bell = new Bell();
  readonly #closing = new AbortController();

  private constructor(pool: pg.Pool, system: System, schema: string, keys: string | undefined) {
    const closing = this.#closing.signal;
    const bell = this.#bell;
    const reader = new LogReader(pool, schema, system);
    const readHead = () => reader.head();
    this.claimsKeys = keys !== undefined;
    this.#system = system;
    this.#reader = reader;
    this.#endPages = new EndPages(reader, system);
    const channel = channelOf(schema);
    const announcer = new Announcer({ pool, channel, system, closing });
    const parts = { pool, schema, keys, system, announcer };
    this.#announcer = announcer;
    this.#appender = new Appender(parts, (head) => bell.ring(head));
    this.#notifications = new Notifications({ pool, channel, readHead, bell, system, closing });
  }

  /** Creates the log when it isn't there yet. */
  static async open(options: PostgresEventStoreOptions): Promise<PostgresEventStore> {
    const { pool, system, schema = 'log', keysTable } = options;
    await createSchema(pool, schema);
    return new PostgresEventStore(pool, system, pg.escapeIdentifier(schema), keysTable);
  }

  async append(appends: readonly StreamAppend[]): Promise<AppendOutcome[]> {
    checkAppends(appends);
    return this.#appender.append(appends);
  }

  readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<RecordedEvent> {
    return named(this.#reader.stream(stream, options));
  }

  readAll(options: ReadAllOptions = {}): AsyncIterable<RecordedEvent> {
    return named(this.#reader.all(options));
  }

  readPage(after: Position, limit: number): Promise<readonly RecordedEvent[]> {
    return this.#reader.whole(after, limit).catch(rename);
  }

  subscribe(options: SubscribeOptions = {}): AsyncIterable<Delivery> {
    this.#notifications.start();
    const page = (after: Position, filter: Filter | undefined, signal: AbortSignal) =>
      this.#pageAfterAll(after, filter, signal);
    return follow({ bell: this.#bell, closing: this.#closing.signal, page }, options);
  }

  async head(): Promise<Position> {
    return this.#reader.head().catch(rename);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#appender.close();
    await this.#announcer.stopped();
    await this.#notifications.stopped();
  }

  /** A subscription outlives every break: it asks for the same page until it is there. */
  async #pageAfterAll(
    after: Position,
    filter: Filter | undefined,
    signal: AbortSignal,
  ): Promise<Page | undefined> {
    for (let count = 0; !signal.aborted; count++) {
      try {
        return await (this.#isNear(after) ? this.#endPages : this.#reader).page(after, filter);
      } catch (error) {
        if (!isConnectionLost(error) && !isRolledBack(error)) throw error;
      }
      const pauseMs = Math.min(BACKOFF.longestPauseMs, BACKOFF.firstPauseMs * 2 ** count);
      await this.#system.sleep(pauseMs * (0.5 + this.#system.random()), signal);
    }
    return undefined;
  }

  #isNear(position: Position): boolean {
    const { head } = this.#bell;
    return head > position && parsePosition(head) - parsePosition(position) <= NEAR_EVENTS;
  }
}

/** A broken connection gets the port's own name. */
async function* named<T>(events: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  try {
    yield* events;
  } catch (error) {
    rename(error);
  }
}

function rename(error: unknown): never {
  if (!isConnectionLost(error)) throw error;
  throw new StoreUnavailable('the log could not be read', { cause: error });
}
