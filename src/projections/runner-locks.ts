import type { Pool, PoolClient } from 'pg';
import type { System } from '../system.ts';

const POLL_MS = 500;

/** While it is held nobody else runs that schema, here or in another process. */
export interface RunnerLock {
  /** Aborts when the connection that holds it broke: somebody else may have it then. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

interface Session {
  readonly client: Promise<PoolClient>;
  readonly lost: AbortController;
  close(): void;
}

/**
 * Session locks of Postgres, all on one connection of their own: when the process dies, or its
 * connection, they are free for another at once. They spare work; that an event is applied once is
 * the checkpoint's to see to.
 */
export class RunnerLocks {
  static readonly #ofPools = new WeakMap<Pool, RunnerLocks>();
  readonly #pool: Pool;
  readonly #names = new Set<string>();
  #session: Session | undefined;
  /** A connection takes one statement at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** One for each pool: a session could take a lock of its own twice. */
  static of(pool: Pool): RunnerLocks {
    const known = RunnerLocks.#ofPools.get(pool) ?? new RunnerLocks(pool);
    RunnerLocks.#ofPools.set(pool, known);
    return known;
  }

  /** Null: somebody else has it. */
  async tryAcquire(name: string): Promise<RunnerLock | null> {
    if (this.#names.has(name)) return null;
    this.#names.add(name);
    try {
      const session = this.#open();
      const client = await session.client;
      if (!(await this.#ask(client, 'pg_try_advisory_lock', name))) {
        this.#leave(name);
        return null;
      }
      return { lost: session.lost.signal, release: () => this.#release(name, client) };
    } catch (error) {
      this.#leave(name);
      throw error;
    }
  }

  /** Waits for it. Null: the signal came first. `onWait` is called before each wait. */
  async acquire(
    name: string,
    { system, signal }: { readonly system: System; readonly signal: AbortSignal },
    onWait: () => Promise<void> = async () => {},
  ): Promise<RunnerLock | null> {
    while (!signal.aborted) {
      const lock = await this.tryAcquire(name);
      if (lock) return lock;
      await onWait();
      await system.sleep(POLL_MS * (0.5 + system.random()), signal);
    }
    return null;
  }

  async #release(name: string, client: PoolClient): Promise<void> {
    try {
      await this.#ask(client, 'pg_advisory_unlock', name);
    } catch {
      // The connection broke, and with it went the lock.
    }
    this.#leave(name);
  }

  #ask(client: PoolClient, lock: string, name: string): Promise<boolean> {
    const answer = this.#turn.then(async () => {
      const { rows } = await client.query<{ done: boolean }>(
        `select ${lock}(hashtextextended('projection ' || $1, 0)) as done`,
        [name],
      );
      return rows[0]?.done ?? false;
    });
    this.#turn = answer.catch(() => {});
    return answer;
  }

  #open(): Session {
    if (this.#session) return this.#session;
    const lost = new AbortController();
    const client = this.#pool.connect();
    const close = () => {
      client.then(
        (connected) => lose(connected),
        () => lose(),
      );
    };
    const session = { client, lost, close };
    this.#session = session;
    const lose = (broken?: PoolClient) => {
      if (lost.signal.aborted) return;
      if (this.#session === session) this.#session = undefined;
      lost.abort();
      broken?.release(true);
    };
    client.then(
      (connected) => {
        connected.once('error', () => lose(connected));
        connected.once('end', () => lose(connected));
      },
      () => lose(),
    );
    return session;
  }

  /** The connection isn't kept for nobody. */
  #leave(name: string): void {
    this.#names.delete(name);
    if (this.#names.size > 0) return;
    const session = this.#session;
    this.#session = undefined;
    session?.close();
  }
}
