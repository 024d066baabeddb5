import type { PoolClient } from 'pg';
import { UndecodableEvent } from '../domain/events.ts';
import type { Position } from '../event-store.ts';
import { isoTime } from '../system.ts';
import { beginAt, CheckpointMoved, moveCheckpoint, type Place, placeOf } from './checkpoint.ts';
import { CheckpointMoves } from './checkpoint-moves.ts';
import {
  type CommitReport,
  FOLLOWER_LIMITS,
  type FollowerLimits,
  type FollowerSetup,
} from './follower-setup.ts';
import { LogEvent } from './log-event.ts';
import type { LogPage } from './log-pages.ts';
import { ParkingLot } from './parked.ts';
import type { Fold } from './projection.ts';
import { Inapplicable, isRefusal } from './refusals.ts';
import { rollBack } from './transaction.ts';

/** A transaction in which nothing is asked for a minute is ended. */
const MOST_PATIENCE_MS = 30_000;

/**
 * Keeps one schema of one read model in step with the log: rows, parked events and checkpoint in
 * one transaction. Whatever fails, it goes back to the last commit with nothing in memory.
 */
export class Follower {
  readonly #setup: FollowerSetup;
  readonly #limits: FollowerLimits;
  readonly #types: ReadonlySet<string>;
  readonly #lot: ParkingLot;
  #committed: Place;
  #at: Position;
  #fold: Fold;
  /** Open from the first event after a commit until the next commit. */
  #client: PoolClient | undefined;
  #beganAtMs: number | undefined;
  #commitTookMs = 0;
  /** Since the last commit: events gone over, and those among them of this read model's types. */
  #events = 0;
  #taken = 0;
  #lastTaken: LogEvent | undefined;
  #newestAt: string | null = null;
  #applied: Position = '';
  #appliedAtCommit: Position = '';
  /** Events in a commit at most, while one is looked for that Postgres refuses. */
  #room = Number.POSITIVE_INFINITY;
  #lastCommit: CommitReport | undefined;
  #gone = 0;

  private constructor(setup: FollowerSetup, place: Place) {
    const { projection, schema, limits } = setup;
    this.#setup = setup;
    this.#limits = { ...FOLLOWER_LIMITS, ...limits };
    this.#types = new Set(projection.types);
    this.#lot = new ParkingLot(projection, schema, this.#limits.parkedInRow);
    this.#committed = place;
    this.#at = place.position;
    this.#fold = projection.open();
  }

  /** Throws Superseded or ProjectionStopped where nothing may be applied. */
  static async open(setup: FollowerSetup): Promise<Follower> {
    return new Follower(setup, await placeOf(setup.pool, setup.schema));
  }

  /** Where to go on reading: after a failure that it can get around, behind where it was. */
  get at(): Position {
    return this.#at;
  }

  get committed(): Position {
    return this.#committed.position;
  }

  /** Events of the log that it went over and committed, of interest or not. */
  get gone(): number {
    return this.#gone + this.#events;
  }

  /** Events of some key wait. */
  get hasParked(): boolean {
    return this.#lot.hasKeys;
  }

  get lastCommit(): CommitReport | undefined {
    return this.#lastCommit;
  }

  /** All of a page that stands after `at`, as far as `until`. Commits at the end of the log. */
  async takePage(page: LogPage, until?: Position): Promise<void> {
    // What was asked of the log for later goes out now, and is answered while this is folded.
    await this.#setup.system.turn();
    const isBeyond = until !== undefined && page.upTo > until;
    const events = isBeyond ? page.events.filter((e) => e.position <= until) : page.events;
    const upTo = isBeyond ? until : page.upTo;
    const rest = { ...page, events, upTo, isEnd: page.isEnd || upTo === until };
    while (this.#at >= rest.after && this.#at < upTo) await this.#take(rest);
    // Also where the log ends with a page: what came before is not to wait for the next event.
    if (rest.isEnd && this.#at === upTo) await this.#trying(() => this.commit());
  }

  async #take(page: LogPage): Promise<void> {
    const { events, to } = this.#next(page);
    const mine = events.filter(({ type }) => this.#types.has(type));
    await this.#trying(async () => {
      this.#beganAtMs ??= this.#setup.system.now();
      if (mine.length > 0) await this.#apply(mine);
      this.#at = to;
      this.#events += events.length;
      this.#newestAt = events.at(-1)?.time || this.#newestAt;
      if (this.#isDue()) await this.commit();
    });
  }

  async #trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.#recover(error);
    }
  }

  /** What is behind `at`, as far as there is room. */
  #next(page: LogPage): { readonly events: readonly LogEvent[]; readonly to: Position } {
    const at = this.#at;
    const rest = at === page.after ? page.events : page.events.filter((e) => e.position > at);
    if (rest.length <= this.#room) return { events: rest, to: page.upTo };
    const events = rest.slice(0, this.#room);
    return { events, to: events.at(-1)?.position ?? page.upTo };
  }

  #isDue(): boolean {
    const { commitEvents, commitRows, commitMs } = this.#limits;
    const now = this.#setup.system.now();
    // Under a load that commits can't keep up with, they become fewer.
    const patience = Math.max(commitMs, Math.min(MOST_PATIENCE_MS, 3 * this.#commitTookMs));
    return (
      now - (this.#beganAtMs ?? now) >= patience ||
      this.#events >= Math.min(commitEvents, this.#room) ||
      (this.#taken > 0 && this.#fold.pending >= commitRows)
    );
  }

  async #apply(mine: readonly LogEvent[]): Promise<void> {
    const client = this.#client ?? (await this.#begin());
    const batch = await this.#lot.sort(mine, client);
    this.#taken += mine.length;
    this.#lastTaken = mine.at(-1);
    if (batch.length === 0) return;
    LogEvent.group(batch);
    await this.#fold.load(batch, client);
    let applied: LogEvent | undefined;
    try {
      for (const event of batch) {
        this.#applyOne(event);
        applied = event;
      }
    } finally {
      this.#applied = applied?.position ?? this.#applied;
    }
  }

  #applyOne(event: LogEvent): void {
    try {
      this.#fold.apply(event);
    } catch (error) {
      throw new Inapplicable(event, error);
    }
  }

  async #begin(): Promise<PoolClient> {
    const { pool, schema, projection } = this.#setup;
    const client = await pool.connect();
    this.#client = client;
    const place = await beginAt(client, schema);
    if (place.position !== this.#committed.position) throw new CheckpointMoved(schema, place);
    if (place.generation !== this.#committed.generation) {
      this.#committed = place;
      this.#fold = projection.open();
      this.#lot.reset();
    }
    return client;
  }

  /** Of what was taken so far; nothing when that is nothing. */
  async commit(): Promise<void> {
    const { pool, schema, system } = this.#setup;
    const to = this.#at;
    if (to === this.#committed.position) return;
    const startedAtMs = system.now();
    const reachedAt = isoTime(startedAtMs);
    const move = { schema, from: this.#committed, to, reachedAt, newestAt: this.#newestAt };
    const client = this.#client;
    if (client === undefined) {
      await CheckpointMoves.of(pool).move(move, system);
    } else {
      await this.#fold.flush(client);
      await this.#lot.write(client, reachedAt);
      await moveCheckpoint(client, move);
      await client.query('commit');
      client.release();
      this.#client = undefined;
    }
    this.#lot.committed();
    this.#committed = { ...this.#committed, position: to };
    this.#appliedAtCommit = this.#applied;
    this.#commitTookMs = system.now() - startedAtMs;
    const ms = system.now() - (this.#beganAtMs ?? startedAtMs);
    this.#lastCommit = { events: this.#events, ms, newestAt: this.#newestAt };
    this.#gone += this.#events;
    this.#forgetTaken();
    this.#room = this.#room * 2 > this.#limits.commitEvents ? Infinity : this.#room * 2;
  }

  /** Gives up what was not committed. */
  async abandon(): Promise<void> {
    await this.#reset();
  }

  /** Throws what going on from the last commit can't get around. */
  async #recover(error: unknown): Promise<void> {
    const { projection } = this.#setup;
    const [taken, last] = [this.#taken, this.#lastTaken];
    const applied = error instanceof Inapplicable ? this.#applied : this.#appliedAtCommit;
    const isAnswering = await this.#reset();
    const refused = error instanceof Inapplicable ? (error.projected as LogEvent) : last;
    const isEvents = error instanceof Inapplicable || (taken > 0 && isRefusal(error));
    const cause = error instanceof Inapplicable ? error.cause : error;
    if (!isEvents || !isAnswering || cause instanceof UndecodableEvent) throw error;
    if (error instanceof Inapplicable || taken === 1) {
      if (projection.order === 'whole' || refused === undefined) throw error;
      this.#lot.refuse(refused, cause, applied);
    } else {
      this.#room = Math.ceil(Math.min(this.#room, this.#events || taken) / 2);
    }
  }

  async #reset(): Promise<boolean> {
    const client = this.#client;
    this.#client = undefined;
    const isAnswering = client === undefined || (await rollBack(client));
    this.#at = this.#committed.position;
    this.#applied = this.#appliedAtCommit;
    this.#fold = this.#setup.projection.open();
    this.#lot.reset();
    this.#forgetTaken();
    return isAnswering;
  }

  #forgetTaken(): void {
    this.#events = 0;
    this.#taken = 0;
    this.#lastTaken = undefined;
    this.#beganAtMs = undefined;
  }
}
