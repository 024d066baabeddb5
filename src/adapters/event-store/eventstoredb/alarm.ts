import { LogDiverged, type Position } from '../../../event-store.ts';
import type { System } from '../../../system.ts';
import type { Bell } from '../bell.ts';
import { troubleOf } from './errors.ts';
import type { Limits } from './limits.ts';
import type { Link } from './link.ts';
import { subscribeToNew } from './read-requests.ts';
import { type ReadResponse, recordedEvent } from './recorded.ts';

/** Between two looks at the end of the log, however fast it grows. */
const BETWEEN_MS = 5;
const PAUSE = { firstMs: 2, longestMs: 1_000 };

export interface AlarmOptions {
  readonly link: Link;
  readonly readHead: () => Promise<Position>;
  readonly bell: Bell;
  readonly system: System;
  readonly limits: Limits;
  readonly closing: AbortSignal;
}

/**
 * What rings the bell for what others append. A subscription only says that there is something new;
 * the events are read in pages. So it does no harm that the server drops every subscription which
 * falls 32 events behind, many times a minute under load: it is simply made again.
 */
export class Alarm {
  readonly #options: AlarmOptions;
  #running: Promise<unknown> | undefined;
  #pause = new AbortController();

  constructor(options: AlarmOptions) {
    this.#options = options;
  }

  /** From the first subscription on, until the store closes. */
  start(): void {
    if (this.#running) return;
    this.#options.closing.addEventListener('abort', () => this.#pause.abort(), { once: true });
    this.#running = Promise.all([this.#poll(), this.#listen()]);
  }

  async stopped(): Promise<void> {
    await this.#running;
  }

  async #poll(): Promise<void> {
    const { closing, bell, readHead, system, limits } = this.#options;
    while (!closing.aborted) {
      this.#pause = new AbortController();
      const known = bell.head;
      const head = await readHead().catch(() => known);
      if (head < known) {
        bell.fail(new LogDiverged(`the log ended at ${known}, now at ${head || 'nothing'}`));
        return;
      }
      bell.ring(head);
      await system.sleep(BETWEEN_MS, closing);
      if (!closing.aborted) await system.sleep(limits.pollMs, this.#pause.signal);
    }
  }

  async #listen(): Promise<void> {
    const { closing, system } = this.#options;
    for (let failures = 0; !closing.aborted; ) {
      const heard = await this.#listenUntilDropped().catch(() => 0);
      failures = heard > 0 ? 0 : failures + 1;
      const pauseMs = Math.min(PAUSE.longestMs, PAUSE.firstMs * 2 ** failures);
      await system.sleep(pauseMs * system.random(), closing);
    }
  }

  /** How much was heard, when the subscription ends or is ended. */
  async #listenUntilDropped(): Promise<number> {
    const { link, bell, closing } = this.#options;
    const connection = await link.connect();
    const call = connection.streams.read(subscribeToNew(), connection.metadata);
    const over = new AbortController();
    let heard = 0;
    try {
      await new Promise<void>((resolve) => {
        call.on('data', (response: ReadResponse) => {
          heard++;
          const event = recordedEvent(response);
          // Its confirmation too: what was appended before it was missed.
          if (event === undefined || event.position > bell.head) this.#pause.abort();
        });
        call.on('end', resolve).on('error', (error) => {
          // That the server dropped this one call says nothing about the connection.
          if (troubleOf(error).kind === 'not leader') link.drop(connection, error);
          resolve();
        });
        closing.addEventListener('abort', () => resolve(), { signal: over.signal });
        if (closing.aborted) resolve();
      });
    } finally {
      over.abort();
      call.removeAllListeners('data');
      call.cancel();
    }
    return heard;
  }
}
