import pg from 'pg';
import { LogDiverged, type Position } from '../../../event-store.ts';
import type { System } from '../../../system.ts';
import type { Bell } from '../bell.ts';

const POLL_MS = 500;
const RETRY_MS = 250;

/**
 * What rings the bell: notifications from Postgres, and, should one be lost, a look twice a second.
 */
export class Notifications {
  readonly #pool: pg.Pool;
  readonly #channel: string;
  readonly #readHead: () => Promise<Position>;
  readonly #bell: Bell;
  readonly #system: System;
  readonly #closing: AbortSignal;
  #running: Promise<unknown> | undefined;
  #pause = new AbortController();

  constructor(options: {
    pool: pg.Pool;
    channel: string;
    readHead: () => Promise<Position>;
    bell: Bell;
    system: System;
    closing: AbortSignal;
  }) {
    this.#pool = options.pool;
    this.#channel = options.channel;
    this.#readHead = options.readHead;
    this.#bell = options.bell;
    this.#system = options.system;
    this.#closing = options.closing;
  }

  /** From the first subscription on, until the store closes. */
  start(): void {
    if (this.#running) return;
    this.#closing.addEventListener('abort', () => this.#pause.abort(), { once: true });
    this.#running = Promise.all([this.#poll(), this.#listen()]);
  }

  async stopped(): Promise<void> {
    await this.#running;
  }

  /**
   * A notification only cuts the pause short, also one that comes while the head is read. What it
   * says is not believed: anybody who may connect can send one.
   */
  async #poll(): Promise<void> {
    while (!this.#closing.aborted) {
      this.#pause = new AbortController();
      const known = this.#bell.head;
      const head = await this.#readHead().catch(() => known);
      if (head < known) {
        this.#bell.fail(new LogDiverged(`the log ended at ${known}, now at ${head || 'nothing'}`));
        return;
      }
      this.#bell.ring(head);
      if (!this.#closing.aborted) await this.#system.sleep(POLL_MS, this.#pause.signal);
    }
  }

  async #listen(): Promise<void> {
    while (!this.#closing.aborted) {
      await this.#listenUntilBroken().catch(() => {});
      await this.#system.sleep(RETRY_MS * (1 + this.#system.random()), this.#closing);
    }
  }

  async #listenUntilBroken(): Promise<void> {
    const client = await this.#pool.connect();
    let wake = () => {};
    const over = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#closing.addEventListener('abort', wake, { once: true });
    client.on('error', wake).on('end', wake);
    client.on('notification', () => this.#pause.abort());
    try {
      await client.query(`listen ${pg.escapeIdentifier(this.#channel)}`);
      // What was announced before we listened was missed.
      this.#pause.abort();
      if (!this.#closing.aborted) await over;
    } finally {
      this.#closing.removeEventListener('abort', wake);
      client.release(true);
    }
  }
}

/** Names of channels are cut at 63 bytes, as those of schemas are. */
export function channelOf(schema: string): string {
  return `log_of_${schema.replaceAll('"', '')}`.slice(0, 63);
}
