import type pg from 'pg';
import type { System } from '../../../system.ts';

/** At most so often: so much later may another process hear of the last of many appends. */
const EVERY_MS = 20;

/**
 * Tells all processes that there is something new in the log: an append does so in its own
 * transaction, but only now and then, and what was written since is told when no more comes. Where
 * somebody listened, a lone append was a third slower when each told of itself.
 */
export class Announcer {
  readonly #pool: pg.Pool;
  readonly #channel: string;
  readonly #system: System;
  readonly #closing: AbortSignal;
  #toldAt = 0;
  /** Something was written since. */
  #isDue = false;
  #running: Promise<void> | undefined;

  constructor(options: { pool: pg.Pool; channel: string; system: System; closing: AbortSignal }) {
    this.#pool = options.pool;
    this.#channel = options.channel;
    this.#system = options.system;
    this.#closing = options.closing;
  }

  /** Where the append that is sent now is to tell of itself; empty: it needn't. */
  channel(): string {
    if (this.#isEarly()) return '';
    this.#toldAt = this.#system.now();
    return this.#channel;
  }

  /** An append, which was told so. */
  written(channel: string): void {
    this.#isDue = channel === '';
    if (this.#isDue) this.#running ??= this.#tellLater();
  }

  /** When all is told. */
  async stopped(): Promise<void> {
    await this.#running;
  }

  /** Never, once the clock was set back. */
  #isEarly(): boolean {
    const sinceMs = this.#system.now() - this.#toldAt;
    return sinceMs >= 0 && sinceMs < EVERY_MS;
  }

  async #tellLater(): Promise<void> {
    while (this.#isDue) {
      await this.#system.sleep(EVERY_MS, this.#closing);
      if (!this.#isDue || (this.#isEarly() && !this.#closing.aborted)) continue;
      this.#isDue = false;
      this.#toldAt = this.#system.now();
      // Whoever doesn't hear of it looks by itself, a little later.
      await this.#pool.query("select pg_notify($1, '')", [this.#channel]).catch(() => {});
    }
    this.#running = undefined;
  }
}
