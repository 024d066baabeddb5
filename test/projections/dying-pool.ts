import type { Pool, PoolClient } from 'pg';

/** When: before the statement is sent, or when it was done and its answer is lost. */
export type Death = 'before' | 'after';

/**
 * A pool as a process has it that dies at its n-th call: that call and all later ones fail, and the
 * connections are gone, so that the server rolls back what was open.
 */
export class DyingPool {
  calls = 0;
  readonly #pool: Pool;
  readonly #dieAt: number;
  readonly #death: Death;

  constructor(pool: Pool, dieAt: number, death: Death) {
    this.#pool = pool;
    this.#dieAt = dieAt;
    this.#death = death;
  }

  get isDead(): boolean {
    return this.calls >= this.#dieAt;
  }

  get pool(): Pool {
    const connect = async () => {
      await this.#step(async () => {});
      return this.#dying(await this.#pool.connect());
    };
    const query = (...args: [string]) => this.#step(() => this.#pool.query(...args));
    return { connect, query } as unknown as Pool;
  }

  #dying(client: PoolClient): PoolClient {
    const query = (...args: [string]) => this.#step(() => client.query(...args));
    // Its socket closes when the process ends.
    const release = () => client.release(this.isDead);
    const nothing = () => client;
    return { query, release, once: nothing, on: nothing } as unknown as PoolClient;
  }

  async #step<Result>(work: () => Promise<Result>): Promise<Result> {
    this.calls++;
    if (!this.isDead) return work();
    if (this.#death === 'after' && this.calls === this.#dieAt) await work();
    throw Object.assign(new Error('Connection terminated unexpectedly'), { code: '08006' });
  }
}
