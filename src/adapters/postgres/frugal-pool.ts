import pg from 'pg';

type Callback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * About what a connection costs the server to open: most are held for less than that, so that what
 * is released meanwhile is there sooner than one more.
 */
const PATIENCE_MS = 20;

/**
 * Grows by one connection at a time, while none is released. A driver's pool opens one for each
 * that is asked for in the same moment, as all read models do at a start and with each page of the
 * log: most of those would never be needed at a time again.
 */
export class FrugalPool extends pg.Pool {
  readonly #waiting: (() => void)[] = [];
  #growing: NodeJS.Timeout | undefined;

  constructor(config: pg.PoolConfig) {
    super(config);
    // It is told before the connection is idle.
    this.on('release', () => process.nextTick(() => this.#serve()));
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.PoolClient> | undefined {
    const isFree = this.#waiting.length === 0 && this.#mayPass();
    if (callback === undefined) {
      if (isFree) return super.connect();
      return new Promise((resolve) => this.#wait(() => resolve(super.connect())));
    }
    if (isFree) super.connect(callback);
    else this.#wait(() => super.connect(callback));
    return undefined;
  }

  /** Where it can't grow, or must not be used any more, the driver's pool says what happens. */
  #mayPass(): boolean {
    const { totalCount, idleCount, waitingCount, options, ending } = this;
    return idleCount > waitingCount || totalCount === 0 || totalCount >= options.max || ending;
  }

  #wait(enter: () => void): void {
    this.#waiting.push(enter);
    this.#growing ??= setTimeout(() => this.#grow(), PATIENCE_MS);
  }

  #grow(): void {
    this.#growing = undefined;
    this.#waiting.shift()?.();
    this.#serve();
    if (this.#waiting.length === 0) return;
    this.#growing = setTimeout(() => this.#grow(), PATIENCE_MS);
  }

  #serve(): void {
    while (this.#waiting.length > 0 && this.#mayPass()) this.#waiting.shift()?.();
    if (this.#waiting.length > 0) return;
    clearTimeout(this.#growing);
    this.#growing = undefined;
  }
}
