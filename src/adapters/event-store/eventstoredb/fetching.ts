import type { RecordedEvent } from '../../../event-store.ts';
import type { System } from '../../../system.ts';
import { NoAnswer, troubleOf } from './errors.ts';
import type { Limits } from './limits.ts';
import type { Connection, Link } from './link.ts';
import type { ReadRequest } from './read-requests.ts';
import { type ReadResponse, recordedEvent } from './recorded.ts';
import { Slots } from './slots.ts';

/** A connection serves a hundred calls; beyond that all of them hang. */
const LIVE_READS = 32;
/** A page of large events ends early, so that no reader's memory is at their mercy. */
const PAGE_BYTES = 4 * 1024 * 1024;
const ATTEMPTS = 2;

export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** For calls that don't end by themselves: whether this answer ends it, and how. */
  readonly ends?: (response: ReadResponse, events: number) => 'page' | 'all' | undefined;
}

export interface Fetched {
  /** System events are among them. */
  readonly events: readonly RecordedEvent[];
  /** The server had said all that it had. */
  readonly isComplete: boolean;
}

/** Finite reads: each call is over, one way or another, when its promise settles. */
export class Fetcher {
  readonly #link: Link;
  readonly #system: System;
  readonly #readMs: number;
  readonly #slots = new Slots(LIVE_READS);

  constructor(link: Link, system: System, { readMs }: Limits) {
    this.#link = link;
    this.#system = system;
    this.#readMs = readMs;
  }

  /** How many calls are open. */
  get live(): number {
    return this.#slots.used;
  }

  /** A broken connection is replaced once: reading again does no harm. */
  async fetch(request: ReadRequest, options: FetchOptions = {}): Promise<Fetched> {
    const waiting = this.#slots.enter();
    if (waiting) await waiting;
    try {
      for (let count = 1; ; count++) {
        const connection = this.#link.current ?? (await this.#link.connect());
        try {
          return await this.#call(connection, request, options);
        } catch (error) {
          const { kind } = troubleOf(error);
          if (kind !== 'refused') this.#link.drop(connection, error);
          if (kind === 'refused' || count === ATTEMPTS) throw error;
        }
      }
    } finally {
      this.#slots.leave();
    }
  }

  async #call(
    { streams, metadata }: Connection,
    request: ReadRequest,
    { signal, ends }: FetchOptions,
  ): Promise<Fetched> {
    const call = streams.read(request, metadata);
    const over = new AbortController();
    const events: RecordedEvent[] = [];
    let bytes = 0;
    let heard = 0;
    const done = new Promise<boolean>((resolve, reject) => {
      call.on('data', (response: ReadResponse) => {
        heard++;
        const event = recordedEvent(response);
        if (event) events.push(event);
        bytes += event ? event.data.length + event.metadata.length : 0;
        if (bytes > PAGE_BYTES) resolve(false);
        const end = ends?.(response, events.length);
        if (end) resolve(end === 'all');
      });
      call.on('error', reject).on('end', () => {
        // A search that the server ends has not come to its end: what it left out is not passed.
        if (ends) reject(new NoAnswer('the server ended the search'));
        else resolve(true);
      });
      signal?.addEventListener('abort', () => resolve(false), { signal: over.signal });
      const watch = async () => {
        for (let last = -1; !over.signal.aborted; ) {
          if (heard === last) return reject(new NoAnswer(`mute for ${this.#readMs} ms`));
          last = heard;
          await this.#system.sleep(this.#readMs, over.signal);
        }
      };
      void watch();
    });
    try {
      const isComplete = await done;
      return { events, isComplete };
    } finally {
      over.abort();
      call.removeAllListeners('data');
      // Without this the call stays open for good, and a hundred of them stop the connection.
      call.cancel();
    }
  }
}
