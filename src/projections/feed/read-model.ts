import type { Position } from '../../event-store.ts';

export const FEED_TOPICS = ['balances', 'withdrawals', 'deposits'] as const;
export type FeedTopic = (typeof FEED_TOPICS)[number];

/** An event that changed a row: whose, and in which read models. */
export interface Change {
  readonly position: Position;
  readonly topics: readonly FeedTopic[];
  /** Of the event, and its time. */
  readonly type: string;
  readonly time: string;
  readonly brand: string | null;
  readonly player: string | null;
  readonly currency: string | null;
  readonly withdrawal: string | null;
  readonly deposit: string | null;
}

export type FeedEnd = 'slow' | 'stopping' | 'lifetime';

/** `position` is in each the place to go on after. */
export type FeedItem =
  | { readonly kind: 'open'; readonly position: Position }
  | { readonly kind: 'change'; readonly position: Position; readonly change: Change }
  | { readonly kind: 'heartbeat'; readonly position: Position }
  | { readonly kind: 'end'; readonly position: Position; readonly reason: FeedEnd };

export interface FeedRequest {
  /** Exclusive. Null: from now on. */
  readonly after: Position | null;
  readonly topics: readonly FeedTopic[];
  readonly brand?: string;
  readonly player?: string;
  /** The client is gone. */
  readonly signal: AbortSignal;
}

export interface Feed {
  /**
   * Each change once and in the order of the log, when the read models of the topics have it.
   * Pulled: nothing is kept for a client that doesn't take it. Null: there are too many clients.
   */
  follow(request: FeedRequest): AsyncIterable<FeedItem> | null;
  /** Every client gets its `end`. */
  stop(): void;
}
