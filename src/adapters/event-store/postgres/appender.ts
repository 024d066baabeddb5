import type pg from 'pg';
import {
  AlreadyClaimed,
  type AppendOutcome,
  InvalidAppend,
  LogDiverged,
  NO_STREAM,
  type Position,
  type StreamAppend,
} from '../../../event-store.ts';
import type { System } from '../../../system.ts';
import { sendAhead } from '../../postgres/patient-client.ts';
import { formatPosition } from '../positions.ts';
import type { Announcer } from './announcer.ts';
import { idAt, type Judgement, judgeAppends, type LogHead, prepareSession } from './appending.ts';
import {
  type Attempt,
  begin,
  doubt,
  fill,
  isHopeful,
  isSettled,
  judged,
  refuse,
  settle,
} from './attempt.ts';
import { isConnectionLost, isNotJson, isRefused, isRolledBack, isTaken } from './errors.ts';
import { prepare, type Writing, writeAppends, writingTo } from './writing.ts';

/** How long an append goes on trying before it answers that it could not, and how it waits. */
const FAILURE = { patienceMs: 5_000, firstPauseMs: 40, longestPauseMs: 1_000 };
/** After a lost race only a little: the winner is done already. */
const RACE = { patienceMs: 30_000, firstPauseMs: 2, longestPauseMs: 30 };

/** A hundred bytes each. */
const MOST_KNOWN = 500_000;
/** Writes that are sent and not answered: one in the server's hands, the others before its door. */
const MOST_SENT = 4;

interface AppenderParts {
  readonly pool: pg.Pool;
  readonly system: System;
  /** Of the log, as SQL has it. */
  readonly schema: string;
  /** The table of the register of keys, where that is beside the log. */
  readonly keys: string | undefined;
  readonly announcer: Announcer;
}

/**
 * The writing half of the log: one connection of its own, on which a write is sent before the one
 * ahead of it is answered, where all that it follows on is foreseen. If that one fails, so does the
 * compare-and-set of this one, and it is tried again in its turn.
 */
export class Appender {
  readonly #pool: pg.Pool;
  readonly #schema: string;
  readonly #keys: string | undefined;
  readonly #writing: Writing;
  readonly #system: System;
  readonly #announcer: Announcer;
  readonly #onWritten: (head: Position) => void;
  #client: pg.PoolClient | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  /** Without their outcomes yet, in order. */
  readonly #underWay: Attempt[] = [];
  /** The furthest end of the log that this process has seen. */
  #seen: LogHead | undefined;
  /** The end once all that was sent is written; undefined when something failed. */
  #foreseen: LogHead | undefined;
  /** Of streams, as they are at that end: who moves the head knows what it moves. */
  readonly #revisions = new Map<string, number>();
  #diverged: LogDiverged | undefined;
  #isClosed = false;

  constructor(parts: AppenderParts, onWritten: (head: Position) => void) {
    const { pool, schema, keys, system, announcer } = parts;
    this.#pool = pool;
    this.#schema = schema;
    this.#keys = keys;
    this.#writing = writingTo(schema, keys);
    this.#system = system;
    this.#announcer = announcer;
    this.#onWritten = onWritten;
  }

  /** The parts were checked; what is gathered into one call is one commit. */
  append(appends: readonly StreamAppend[]): Promise<AppendOutcome[]> {
    const attempt = begin(prepare(appends), [...this.#underWay]);
    attempt.early = this.#sendEarly(attempt);
    this.#underWay.push(attempt);
    const turn = this.#queue.then(() => this.#append(attempt));
    this.#queue = turn.catch(() => {}).then(() => this.#leave(attempt));
    return turn;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#queue;
    this.#disconnect(this.#client);
  }

  #leave(attempt: Attempt): void {
    this.#underWay.shift();
    attempt.ahead = [];
  }

  /** When all that is under way is sent, and this one follows on what that will leave. */
  #sendEarly(attempt: Attempt): Promise<void> | undefined {
    const { ahead, prepared } = attempt;
    const [client, from] = [this.#client, this.#foreseen];
    if (!client || !from || this.#isClosed || prepared.count === 0) return undefined;
    if (ahead.length >= MOST_SENT || !ahead.every(isHopeful)) return undefined;
    if (!prepared.parts.every(this.#isKnown)) return undefined;
    const early = this.#write(client, attempt, from);
    // Who waits for it does so in its turn.
    early.catch(() => {});
    return early;
  }

  /**
   * The same loop for a first try, a lost race and a lost connection: look where the log and the
   * streams stand, then write by compare-and-set. A write whose outcome is unknown needs no care of
   * its own: either it is seen here, by its ids, or it can't happen any more once the head moved.
   */
  async #append(attempt: Attempt): Promise<AppendOutcome[]> {
    const started = this.#system.now();
    for (let count = 0; !isSettled(attempt.outcomes); count++) {
      if (this.#diverged) throw this.#diverged;
      if (this.#isClosed && !attempt.early) return settle(attempt, 'the store is closed');
      const failure = await this.#try(attempt);
      if (isSettled(attempt.outcomes)) break;
      const limits = failure === undefined ? RACE : FAILURE;
      if (this.#system.now() - started > limits.patienceMs) {
        return settle(attempt, failure ?? 'other writers were first each time');
      }
      const pauseMs = Math.min(limits.longestPauseMs, limits.firstPauseMs * 2 ** count);
      await this.#system.sleep(pauseMs * this.#system.random());
    }
    return attempt.outcomes as AppendOutcome[];
  }

  /** What passes is returned, what doesn't is thrown. Undefined: written, or a lost race. */
  async #try(attempt: Attempt): Promise<unknown> {
    let isSent = false;
    try {
      const { early } = attempt;
      attempt.early = undefined;
      if (early) {
        isSent = true;
        await early;
        return undefined;
      }
      const client = this.#client ?? (await this.#connect());
      attempt.client = client;
      const { parts } = attempt.prepared;
      const { head, outcomes } = this.#known(parts) ?? (await this.#judge(client, parts));
      attempt.outcomes = judged(attempt, outcomes);
      if (isSettled(attempt.outcomes)) return undefined;
      isSent = true;
      await this.#write(client, attempt, head);
      return undefined;
    } catch (error) {
      if (isRolledBack(error)) return error;
      if (this.#keys && isTaken(error, this.#keys)) {
        refuse(attempt, new AlreadyClaimed('a key is claimed already', { cause: error }));
        return undefined;
      }
      this.#forget();
      if (isNotJson(error)) throw new InvalidAppend('an event is not JSON', { cause: error });
      this.#disconnect(attempt.client);
      if (error instanceof LogDiverged) throw error;
      if (isSent && !isRefused(error)) doubt(attempt);
      if (isConnectionLost(error) || attempt.unanswered.size > 0) return error;
      throw error;
    }
  }

  /** All parts follow on what is known to be the end of their streams: nothing needs asking. */
  #known(appends: readonly StreamAppend[]): Judgement | undefined {
    const head = this.#foreseen;
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
    const foreseen = this.#foreseen;
    const asked = foreseen ? appends.filter((part) => !this.#isKnown(part)) : appends;
    const { head, outcomes, revisions } = await judgeAppends(client, this.#schema, asked);
    const hasMoved = head.token !== foreseen?.token;
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
  async #write(client: pg.PoolClient, attempt: Attempt, from: LogHead): Promise<void> {
    const { prepared, outcomes } = attempt;
    const parts = prepared.parts.filter((_, index) => outcomes[index] === undefined);
    const rest = parts.length === prepared.parts.length ? prepared : prepare(parts);
    const { count, lastId } = rest;
    const to = { position: from.position + count, token: this.#system.uuid(), lastId };
    this.#foreseen = to;
    for (const { stream, expectedRevision, events } of parts) {
      this.#know(stream, expectedRevision + events.length);
    }
    attempt.client = client;
    attempt.isSent = true;
    const channel = this.#announcer.channel();
    try {
      attempt.isSent = await writeAppends(client, this.#writing, rest, from, to, channel);
    } catch (error) {
      attempt.isSent = false;
      throw error;
    } finally {
      if (!attempt.isSent) this.#forget();
    }
    if (!attempt.isSent) return;
    this.#seen = to;
    fill(attempt, from.position);
    this.#announcer.written(channel);
    this.#onWritten(formatPosition(to.position));
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
    if (this.#foreseen?.token !== head.token) this.#revisions.clear();
    this.#seen = head;
    this.#foreseen = head;
  }

  #forget(): void {
    this.#revisions.clear();
    this.#foreseen = undefined;
  }

  #diverge(ends: string): never {
    this.#diverged = new LogDiverged(`the log ended at ${ends}`);
    throw this.#diverged;
  }

  async #connect(): Promise<pg.PoolClient> {
    if (this.#client) return this.#client;
    const client = await this.#pool.connect();
    client.on('error', () => {
      this.#disconnect(client);
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
    sendAhead(client);
    this.#client = client;
    return client;
  }

  /** Destroyed, never handed back: its session is set up for appends, or broken. */
  #disconnect(client: pg.PoolClient | undefined): void {
    if (client === undefined || client !== this.#client) return;
    this.#client = undefined;
    client.release(true);
  }
}
