import type pg from 'pg';
import {
  AlreadyClaimed,
  type AppendOutcome,
  InvalidAppend,
  LogDiverged,
  NO_STREAM,
  type Position,
  START,
  type StreamAppend,
} from '../../../event-store.ts';
import type { System } from '../../../system.ts';
import { formatPosition } from '../positions.ts';
import { idAt, type Judgement, judgeAppends, type LogHead, prepareSession } from './appending.ts';
import {
  type Attempt,
  asFirst,
  doubt,
  isSettled,
  type Outcomes,
  refuse,
  settle,
} from './attempt.ts';
import { isConnectionLost, isNotJson, isRefused, isRolledBack, isTaken } from './errors.ts';
import { type Prepared, prepare, type Writing, writeAppends, writingTo } from './writing.ts';

/** How long an append goes on trying before it answers that it could not, and how it waits. */
const FAILURE = { patienceMs: 5_000, firstPauseMs: 40, longestPauseMs: 1_000 };
/** After a lost race only a little: the winner is done already. */
const RACE = { patienceMs: 30_000, firstPauseMs: 2, longestPauseMs: 30 };

/** A hundred bytes each. */
const MOST_KNOWN = 500_000;

interface AppenderParts {
  readonly pool: pg.Pool;
  readonly system: System;
  /** Of the log, as SQL has it. */
  readonly schema: string;
  /** The table of the register of keys, where that is beside the log. */
  readonly keys: string | undefined;
}

/** The writing half of the log: one connection of its own, one append in flight. */
export class Appender {
  readonly #pool: pg.Pool;
  readonly #schema: string;
  readonly #keys: string | undefined;
  readonly #writing: Writing;
  readonly #system: System;
  readonly #onWritten: (head: Position) => void;
  #client: pg.PoolClient | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  /** The furthest end of the log that this process has seen. */
  #seen: LogHead | undefined;
  /** Of streams, as they are at that end: who moved the head knows what it moved. */
  readonly #revisions = new Map<string, number>();
  #diverged: LogDiverged | undefined;
  #isClosed = false;

  constructor({ pool, schema, keys, system }: AppenderParts, onWritten: (head: Position) => void) {
    this.#pool = pool;
    this.#schema = schema;
    this.#keys = keys;
    this.#writing = writingTo(schema, keys);
    this.#system = system;
    this.#onWritten = onWritten;
  }

  /** Waits for its turn. The parts were checked; what is gathered into one call is one commit. */
  append(appends: readonly StreamAppend[]): Promise<AppendOutcome[]> {
    const prepared = prepare(appends);
    const turn = this.#queue.then(() => this.#append(prepared));
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#queue;
    this.#disconnect();
  }

  /**
   * The same loop for a first try, a lost race and a lost connection: look where the log and the
   * streams stand, then write by compare-and-set. A write whose outcome is unknown needs no care of
   * its own: either it is seen here, by its ids, or it can't happen any more once the head moved.
   */
  async #append(prepared: Prepared): Promise<AppendOutcome[]> {
    const appends = prepared.parts;
    if (appends.length === 0) return [];
    const started = this.#system.now();
    const attempt: Attempt = { outcomes: appends.map(() => undefined), unanswered: new Set() };
    for (let count = 0; ; count++) {
      if (this.#diverged) throw this.#diverged;
      if (this.#isClosed) return settle(attempt, 'the store is closed');
      const failure = await this.#try(prepared, attempt);
      if (isSettled(attempt.outcomes)) return attempt.outcomes;
      const limits = failure === undefined ? RACE : FAILURE;
      if (this.#system.now() - started > limits.patienceMs) {
        return settle(attempt, failure ?? 'other writers were first each time');
      }
      const pauseMs = Math.min(limits.longestPauseMs, limits.firstPauseMs * 2 ** count);
      await this.#system.sleep(pauseMs * this.#system.random());
    }
  }

  /** What passes is returned, what doesn't is thrown. Undefined: written, or a lost race. */
  async #try(prepared: Prepared, attempt: Attempt): Promise<unknown> {
    const appends = prepared.parts;
    let isSent = false;
    try {
      const client = this.#client ?? (await this.#connect());
      const { head, outcomes } = this.#known(appends) ?? (await this.#judge(client, appends));
      attempt.outcomes = outcomes.map((outcome, part) =>
        attempt.unanswered.has(part) ? asFirst(outcome) : outcome,
      );
      if (isSettled(outcomes)) return undefined;
      isSent = true;
      await this.#write(client, prepared, attempt.outcomes, head);
      return undefined;
    } catch (error) {
      if (isRolledBack(error)) return error;
      if (this.#keys && isTaken(error, this.#keys)) {
        refuse(attempt, new AlreadyClaimed('a key is claimed already', { cause: error }));
        return undefined;
      }
      this.#revisions.clear();
      if (isNotJson(error)) throw new InvalidAppend('an event is not JSON', { cause: error });
      this.#disconnect();
      if (error instanceof LogDiverged) throw error;
      if (isSent && !isRefused(error)) doubt(attempt);
      if (isConnectionLost(error) || attempt.unanswered.size > 0) return error;
      throw error;
    }
  }

  /** All parts follow on what is known to be the end of their streams: nothing needs asking. */
  #known(appends: readonly StreamAppend[]): Judgement | undefined {
    const head = this.#seen;
    if (!head || !appends.every(this.#isKnown)) return undefined;
    return { head, outcomes: appends.map(() => undefined) };
  }

  readonly #isKnown = ({ stream, expectedRevision }: StreamAppend): boolean =>
    this.#revisions.get(stream) === expectedRevision;

  /**
   * The database is asked of those streams only whose revision isn't known at the end of the log
   * that was seen last. Whether that is still the end is for the compare-and-set to say.
   */
  async #judge(client: pg.PoolClient, appends: readonly StreamAppend[]): Promise<Judgement> {
    const known = this.#known(appends);
    if (known) return known;
    const seen = this.#seen;
    const asked = seen ? appends.filter((part) => !this.#isKnown(part)) : appends;
    const { head, outcomes, revisions } = await judgeAppends(client, this.#schema, asked);
    const hasMoved = head.token !== seen?.token;
    this.#see(head);
    asked.forEach(({ stream }, index) => {
      this.#know(stream, revisions[index] ?? NO_STREAM);
    });
    if (asked.length === appends.length) return { head, outcomes };
    if (hasMoved) return this.#judge(client, appends);
    const found = new Map(asked.map((part, index) => [part, outcomes[index]]));
    return { head, outcomes: appends.map((part) => found.get(part)) };
  }

  /** Fills the outcomes in when the write was ours to make; leaves them when another was first. */
  async #write(
    client: pg.PoolClient,
    prepared: Prepared,
    outcomes: Outcomes,
    from: LogHead,
  ): Promise<void> {
    const appends = prepared.parts;
    const parts = appends.filter((_, index) => outcomes[index] === undefined);
    const rest = parts.length === appends.length ? prepared : prepare(parts);
    const { count, lastId } = rest;
    const to = { position: from.position + count, token: this.#system.uuid(), lastId };
    if (!(await writeAppends(client, this.#writing, rest, from, to))) {
      this.#revisions.clear();
      return;
    }
    this.#seen = to;
    let position = from.position;
    for (const [index, { stream, expectedRevision, events }] of appends.entries()) {
      if (outcomes[index]) continue;
      const positions: Position[] = [];
      for (const _ of events) positions.push(formatPosition(++position));
      const revision = expectedRevision + events.length;
      const last = positions.at(-1) ?? START;
      outcomes[index] = { ok: true, revision, position: last, positions, repeated: false };
      this.#know(stream, revision);
    }
    this.#onWritten(formatPosition(position));
  }

  /** The least recently written leave. */
  #know(stream: string, revision: number): void {
    // While none will have to leave for long, their order is not worth its upkeep.
    if (this.#revisions.size > MOST_KNOWN / 2) this.#revisions.delete(stream);
    this.#revisions.set(stream, revision);
    if (this.#revisions.size <= MOST_KNOWN) return;
    for (const oldest of this.#revisions.keys()) return void this.#revisions.delete(oldest);
  }

  /** A fail-over may lose what was acknowledged and give its positions to other events. */
  #see(head: LogHead): void {
    const seen = this.#seen;
    const isOther = seen?.position === head.position && seen.token !== head.token;
    if (seen && (isOther || head.position < seen.position)) {
      this.#diverge(`${seen.position} (${seen.token}), now at ${head.position} (${head.token})`);
    }
    if (seen?.token !== head.token) this.#revisions.clear();
    this.#seen = head;
  }

  #diverge(ends: string): never {
    this.#diverged = new LogDiverged(`the log ended at ${ends}`);
    throw this.#diverged;
  }

  async #connect(): Promise<pg.PoolClient> {
    if (this.#client) return this.#client;
    const client = await this.#pool.connect();
    client.on('error', () => {
      if (this.#client === client) this.#disconnect();
    });
    try {
      await prepareSession(client);
      const { position = 0, lastId = null } = this.#seen ?? {};
      if (position > 0 && (await idAt(client, this.#schema, position)) !== lastId) {
        this.#diverge(`${position} with event ${lastId}, which is not there now`);
      }
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.#client = client;
    return client;
  }

  /** Destroyed, never handed back: its session is set up for appends, or broken. */
  #disconnect(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.release(true);
  }
}
