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
import { checkJson } from '../json.ts';
import { type Address, logKey, parseAddress } from './address.ts';
import { Alarm } from './alarm.ts';
import { Appender } from './appender.ts';
import { type Proposed, propose } from './batch-requests.ts';
import { isPassing, refusalOf, renamed } from './errors.ts';
import { Fetcher } from './fetching.ts';
import { closeKnownLog, type KnownLog, openKnownLog } from './known.ts';
import { LIMITS, type Limits } from './limits.ts';
import { Link } from './link.ts';
import { Placer } from './placing.ts';
import { LogReader } from './reading.ts';

const BACKOFF = { firstPauseMs: 50, longestPauseMs: 1_000 };

export interface EventStoreDbOptions {
  /** `esdb://`, `esdb+discover://`, or the same with `kurrentdb`. */
  readonly url: string;
  readonly system: System;
  readonly limits?: Partial<Limits>;
}

/** The log in EventStoreDB or KurrentDB. It appends on one connection and reads on another. */
export class EventStoreDbEventStore implements EventStore {
  readonly appendsApart = true;
  readonly #system: System;
  readonly #links: readonly Link[];
  readonly #reader: LogReader;
  readonly #fetcher: Fetcher;
  readonly #appender: Appender;
  readonly #alarm: Alarm;
  readonly #placer: Placer;
  readonly #key: string;
  readonly #known: KnownLog;
  readonly #bell = new Bell();
  readonly #prepared = new WeakMap<StreamAppend['events'], Proposed>();
  readonly #closing = new AbortController();

  private constructor(address: Address, system: System, limits: Limits) {
    const closing = this.#closing.signal;
    const bell = this.#bell;
    const links = [new Link(address, system, limits), new Link(address, system, limits)] as const;
    const [appending, reading] = links;
    const key = logKey(address);
    const known = openKnownLog(key);
    const fetcher = new Fetcher(reading, system, limits);
    const reader = new LogReader(fetcher, limits, (position) => known.see(position));
    const readHead = () => reader.head();
    const onWritten = (position: Position) => bell.ring(position);
    this.#system = system;
    this.#links = links;
    this.#key = key;
    this.#known = known;
    this.#fetcher = fetcher;
    this.#placer = new Placer(appending, reader);
    this.#reader = reader;
    this.#alarm = new Alarm({ link: reading, readHead, bell, system, limits, closing });
    this.#appender = new Appender({ link: appending, known, system, limits, readHead, onWritten });
  }

  /** Throws when no server answers within the patience of an append. */
  static async open({ url, system, limits }: EventStoreDbOptions): Promise<EventStoreDbEventStore> {
    const all = { ...LIMITS, ...limits };
    const store = new EventStoreDbEventStore(parseAddress(url), system, all);
    const started = system.now();
    for (;;) {
      try {
        await store.head();
        return store;
      } catch (error) {
        const isOver = system.now() - started > all.patienceMs;
        if (isOver || !(error instanceof StoreUnavailable)) {
          await store.close();
          throw error;
        }
      }
      await system.sleep(BACKOFF.firstPauseMs * (1 + system.random()));
    }
  }

  /** How many reads are open on the server. */
  get liveReads(): number {
    return this.#fetcher.live;
  }

  async append(appends: readonly StreamAppend[]): Promise<AppendOutcome[]> {
    const [first] = appends;
    const prepared = first && appends.length === 1 && this.#prepared.get(first.events);
    // Awaited here: a promise that is returned as it is takes three turns to pass through.
    if (prepared) return await this.#appender.append([{ part: first, proposed: prepared }]);
    checkAppends(appends);
    checkJson(appends);
    return await this.#appender.append(appends.map((part) => ({ part, proposed: propose(part) })));
  }

  prepare(part: StreamAppend): void {
    checkAppends([part]);
    checkJson([part]);
    this.#prepared.set(part.events, propose(part));
  }

  positionsOf(part: StreamAppend, last: Position): Promise<readonly Position[] | undefined> {
    return this.#placer.places(part, last);
  }

  readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<RecordedEvent> {
    return this.#reader.stream(stream, options);
  }

  readAll(options: ReadAllOptions = {}): AsyncIterable<RecordedEvent> {
    return this.#reader.all(options);
  }

  subscribe(options: SubscribeOptions = {}): AsyncIterable<Delivery> {
    this.#alarm.start();
    const page = (after: Position, filter: Filter | undefined, signal: AbortSignal) =>
      this.#pageAfterAll(after, filter, signal);
    return follow({ bell: this.#bell, closing: this.#closing.signal, page }, options);
  }

  async head(): Promise<Position> {
    const head = await this.#reader.head().catch(renamed);
    this.#known.see(head);
    return head;
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#appender.close();
    await this.#alarm.stopped();
    for (const link of this.#links) link.close();
    closeKnownLog(this.#key);
  }

  /** A subscription outlives every break: it asks for the same page until it is there. */
  async #pageAfterAll(
    after: Position,
    filter: Filter | undefined,
    signal: AbortSignal,
  ): Promise<Page | undefined> {
    for (let count = 0; !signal.aborted; count++) {
      try {
        return await this.#reader.page(after, filter, { known: this.#bell.head, signal });
      } catch (error) {
        if (!isPassing(error)) throw refusalOf(error);
      }
      const pauseMs = Math.min(BACKOFF.longestPauseMs, BACKOFF.firstPauseMs * 2 ** count);
      await this.#system.sleep(pauseMs * (0.5 + this.#system.random()), signal);
    }
    return undefined;
  }
}
