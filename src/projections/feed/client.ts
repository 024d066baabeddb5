import type { Position } from '../../event-store.ts';
import { FEED_TYPES } from './changes.ts';
import type { LiveFeed } from './live-feed.ts';
import type { Change, FeedEnd, FeedItem, FeedRequest } from './read-model.ts';

const PAGE_EVENTS = 500;

/** One client's way through the changes: from the log where it is far behind, then from memory. */
export class Client {
  readonly #feed: LiveFeed;
  readonly #request: FeedRequest;
  readonly #endsAtMs: number;
  #heartbeatAtMs = 0;
  /** All that concerns the client up to here was given to it. */
  #at: Position;

  constructor(feed: LiveFeed, request: FeedRequest) {
    this.#feed = feed;
    this.#request = request;
    this.#at = request.after ?? feed.reached.by(request.topics);
    this.#endsAtMs = feed.system.now() + feed.limits.lifetimeMs;
    this.#beat();
  }

  async *items(): AsyncGenerator<FeedItem> {
    yield { kind: 'open', position: this.#at };
    let isEnd = false;
    while (!isEnd && this.#at < this.#feed.recent.from) isEnd = yield* this.#readPage();
    if (!isEnd) yield* this.#followRecent();
  }

  /** From the log itself. True when the client's end came. */
  async *#readPage(): AsyncGenerator<FeedItem, boolean> {
    const { store, changes } = this.#feed;
    const head = await store.head();
    const filter = { types: FEED_TYPES };
    let count = 0;
    for await (const recorded of store.readAll({ after: this.#at, filter, limit: PAGE_EVENTS })) {
      count++;
      const change = await changes.of(recorded);
      if (yield* this.#waitFor(recorded.position)) return true;
      this.#at = recorded.position;
      if (change && this.#concerns(change)) yield this.#given(change);
    }
    // The page was the last one: nothing else stood in the log when it was asked.
    if (count < PAGE_EVENTS && head > this.#at) {
      if (yield* this.#waitFor(head)) return true;
      this.#at = head;
    }
    return false;
  }

  /** Until the read models have it. True when the client's end came first. */
  async *#waitFor(position: Position): AsyncGenerator<FeedItem, boolean> {
    for (;;) {
      const { tick } = this.#feed;
      const reason = this.#endReason();
      if (reason !== null) return yield* this.#end(reason);
      if (this.#gate() >= position) return false;
      yield* this.#pause(tick);
    }
  }

  async *#followRecent(): AsyncGenerator<FeedItem> {
    const { recent } = this.#feed;
    let number = recent.numberAfter(this.#at);
    for (;;) {
      const { tick } = this.#feed;
      const change = recent.at(number);
      const reason = change === 'gone' ? 'slow' : this.#endReason();
      if (reason !== null || change === 'gone') {
        yield* this.#end(reason ?? 'slow');
        return;
      }
      if (change !== undefined && change.position <= this.#gate()) {
        number++;
        this.#at = change.position;
        if (this.#concerns(change)) yield this.#given(change);
        continue;
      }
      if (change === undefined) this.#passOver(recent.upTo);
      yield* this.#pause(tick);
    }
  }

  /** Nothing up to there concerns anybody, as far as the read models are. */
  #passOver(upTo: Position): void {
    const gate = this.#gate();
    const to = gate < upTo ? gate : upTo;
    if (to > this.#at) this.#at = to;
  }

  /** What came since the tick is looked at at once; else it waits, with heartbeats. */
  async *#pause(tick: number): AsyncGenerator<FeedItem> {
    const { system } = this.#feed;
    if (system.now() >= this.#heartbeatAtMs) {
      yield { kind: 'heartbeat', position: this.#at };
      this.#beat();
    }
    const until = Math.min(this.#heartbeatAtMs, this.#endsAtMs);
    await this.#feed.news(tick, Math.max(1, until - system.now()), this.#request.signal);
  }

  #endReason(): FeedEnd | 'gone' | null {
    if (this.#request.signal.aborted) return 'gone';
    if (this.#feed.isStopping) return 'stopping';
    return this.#feed.system.now() >= this.#endsAtMs ? 'lifetime' : null;
  }

  async *#end(reason: FeedEnd | 'gone'): AsyncGenerator<FeedItem, true> {
    if (reason !== 'gone') yield { kind: 'end', position: this.#at, reason };
    return true;
  }

  #gate(): Position {
    return this.#feed.reached.by(this.#request.topics);
  }

  #concerns({ topics, brand, player }: Change): boolean {
    const wanted = this.#request;
    return (
      topics.some((topic) => wanted.topics.includes(topic)) &&
      (wanted.brand === undefined || wanted.brand === brand) &&
      (wanted.player === undefined || wanted.player === player)
    );
  }

  #given(change: Change): FeedItem {
    this.#beat();
    return { kind: 'change', position: change.position, change };
  }

  #beat(): void {
    const { system, limits } = this.#feed;
    this.#heartbeatAtMs = system.now() + limits.heartbeatMs;
  }
}
