import type { Pool } from 'pg';
import type { EventStore } from '../../event-store.ts';
import type { System } from '../../system.ts';
import { Changes, FEED_TYPES } from './changes.ts';
import { Client } from './client.ts';
import { Reached } from './reached.ts';
import { FEED_TOPICS, type Feed, type FeedItem, type FeedRequest } from './read-model.ts';
import { RecentChanges } from './recent.ts';

export interface FeedLimits {
  readonly clients: number;
  /** Changes kept in memory for all clients; twice as many at most. */
  readonly recent: number;
  readonly heartbeatMs: number;
  /** Then a client has to come again: its key may be gone, or another process have more room. */
  readonly lifetimeMs: number;
}

export const FEED_LIMITS: FeedLimits = {
  clients: 500,
  recent: 5_000,
  heartbeatMs: 15_000,
  lifetimeMs: 900_000,
};

export interface FeedParts {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly system: System;
  readonly onError: (error: unknown) => void;
  readonly limits?: Partial<FeedLimits>;
}

const POLL_MS = 10;
const LONGEST_POLL_MS = 300;
const RETRY_MS = 500;

/**
 * One follower of the log for all clients of a process, while there are any. It keeps the newest
 * changes; how far the read models are is asked only while they are behind them.
 */
export class LiveFeed implements Feed {
  readonly store: EventStore;
  readonly system: System;
  readonly limits: FeedLimits;
  readonly changes: Changes;
  readonly recent: RecentChanges;
  readonly reached: Reached;
  readonly #onError: (error: unknown) => void;
  readonly #wakes = new Set<() => void>();
  #clients = 0;
  #following: AbortController | undefined;
  #begun: Promise<void> = Promise.resolve();
  #isStopping = false;
  #tick = 0;

  constructor({ store, pool, system, onError, limits }: FeedParts) {
    this.store = store;
    this.system = system;
    this.limits = { ...FEED_LIMITS, ...limits };
    this.changes = new Changes(store);
    this.recent = new RecentChanges(this.limits.recent);
    this.reached = new Reached(pool);
    this.#onError = onError;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  follow(request: FeedRequest): AsyncIterable<FeedItem> | null {
    if (this.#isStopping || this.#clients >= this.limits.clients) return null;
    return this.#serve(request);
  }

  stop(): void {
    this.#isStopping = true;
    this.#following?.abort();
    this.#wake();
  }

  /** Counts what may concern somebody: read before one looks, it tells what came meanwhile. */
  get tick(): number {
    return this.#tick;
  }

  /** Resolves when something came since the tick, the time is up, or the signal aborts. */
  async news(tick: number, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#tick !== tick) return;
    const ending = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wakes.add(resolve);
      ending.signal.addEventListener('abort', () => {
        this.#wakes.delete(resolve);
        resolve();
      });
    });
    const either = AbortSignal.any([ending.signal, signal]);
    await Promise.race([woken, this.system.sleep(ms, either)]);
    ending.abort();
  }

  async *#serve(request: FeedRequest): AsyncGenerator<FeedItem> {
    this.#clients++;
    try {
      if (this.#following === undefined) this.#begin();
      await this.#begun;
      yield* new Client(this, request).items();
    } finally {
      this.#clients--;
      if (this.#clients === 0) this.#rest();
    }
  }

  #rest(): void {
    this.#following?.abort();
    this.#following = undefined;
  }

  #begin(): void {
    const following = new AbortController();
    this.#following = following;
    this.#begun = this.store.head().then(async (head) => {
      const { signal } = following;
      await this.reached.refresh();
      if (signal.aborted) return;
      this.recent.begin(head);
      this.#insist(signal, () => this.#followLog(signal));
      this.#insist(signal, () => this.#followModels(signal));
    });
    this.#begun.catch(() => {
      if (this.#following === following) this.#rest();
    });
  }

  async #insist(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        await work();
      } catch (error) {
        this.#onError(error);
        await this.system.sleep(RETRY_MS, signal);
      }
    }
  }

  async #followLog(signal: AbortSignal): Promise<void> {
    const filter = { types: FEED_TYPES };
    for await (const delivery of this.store.subscribe({
      after: this.recent.upTo,
      filter,
      signal,
    })) {
      if (signal.aborted) return;
      if (delivery.kind === 'checkpoint') {
        this.recent.reach(delivery.position);
        this.#wake();
        continue;
      }
      const change = await this.changes.of(delivery.event);
      if (signal.aborted) return;
      if (change) this.recent.add(change);
    }
  }

  async #followModels(signal: AbortSignal): Promise<void> {
    let pauseMs = POLL_MS;
    while (!signal.aborted) {
      const { tick } = this;
      if (this.reached.by(FEED_TOPICS) >= this.recent.upTo) {
        await this.news(tick, this.limits.heartbeatMs, signal);
      } else if (await this.reached.refresh()) {
        pauseMs = POLL_MS;
        this.#wake();
      } else {
        // One that doesn't go on holds up only the clients of its topic.
        await this.system.sleep(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, LONGEST_POLL_MS);
      }
    }
  }

  #wake(): void {
    this.#tick++;
    for (const wake of [...this.#wakes]) wake();
  }
}
