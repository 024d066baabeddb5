import { setMaxListeners } from 'node:events';
import {
  type AppendOutcome,
  LogDiverged,
  OutcomeUnknown,
  type Position,
  StoreUnavailable,
  type StreamAppend,
  WrongExpectedRevision,
} from '../../../event-store.ts';
import type { System } from '../../../system.ts';
import type { Answer } from './batch-answers.ts';
import { batchRequest, type Proposed } from './batch-requests.ts';
import { BatchStream } from './batch-stream.ts';
import { NotConnected, troubleOf, wordsOf } from './errors.ts';
import type { Attempted, KnownLog } from './known.ts';
import type { Limits } from './limits.ts';
import type { Link } from './link.ts';
import { Slots } from './slots.ts';

const PAUSE = { firstMs: 10, longestMs: 1_000 };
/** Under way at once: enough to keep the server busy, and no more than a socket's worth. */
const BYTES_UNDER_WAY = 8 * 1024 * 1024;
/** What an append costs beside its bytes, so that small ones are counted too. */
const OVERHEAD_BYTES = 4 * 1024;

export interface AppenderOptions {
  readonly link: Link;
  readonly known: KnownLog;
  readonly system: System;
  readonly limits: Limits;
  readonly readHead: () => Promise<Position>;
  readonly onWritten: (position: Position) => void;
}

/** A part that was checked, and its events as the server takes them. */
export interface Prepared {
  readonly part: StreamAppend;
  readonly proposed: Proposed;
}

/** An append and what became of it so far. */
interface Pending extends Prepared {
  /** Since its first byte was sent. */
  attempted: Attempted | undefined;
  /** An attempt may have been written and has had no answer. */
  isInDoubt: boolean;
}

/**
 * The writing half of the log. Every attempt of an append carries the same ids and the same
 * revision, so the server takes it once; what is in doubt is sent again until an answer says.
 */
export class Appender {
  readonly #options: AppenderOptions;
  readonly #slots = new Slots(BYTES_UNDER_WAY);
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  #stream: BatchStream | undefined;
  #lookingForEnd: Promise<void> | undefined;

  constructor(options: AppenderOptions) {
    this.#options = options;
    // Many may wait for a server at once, and each takes its listener away: no leak.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Each is an append of its own, and all are under way together. */
  async append(appends: readonly Prepared[]): Promise<AppendOutcome[]> {
    const [only] = appends;
    if (only && appends.length === 1) return [await this.#tracked(only)];
    const parts = appends.map((prepared) => this.#tracked(prepared));
    // All settle before one is allowed to throw: nothing goes on behind the caller's back.
    const settled = await Promise.allSettled(parts);
    return settled.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  /** What is under way gets its answer, or the word that there was none. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay);
    this.#stream?.end(new NotConnected('the store is closed'));
  }

  async #tracked(prepared: Prepared): Promise<AppendOutcome> {
    const outcome = this.#inTurn(prepared);
    this.#underWay.add(outcome);
    try {
      return await outcome;
    } finally {
      this.#underWay.delete(outcome);
    }
  }

  async #inTurn(prepared: Prepared): Promise<AppendOutcome> {
    const { known } = this.#options;
    const { part, proposed } = prepared;
    const key = `${part.expectedRevision} ${part.events[0]?.id} ${part.stream}`;
    for (let turn = known.turn(key); turn; turn = known.turn(key)) await turn;
    const leave = known.take(key);
    const size = OVERHEAD_BYTES + proposed.size;
    const waiting = this.#slots.enter(size);
    if (waiting) await waiting;
    try {
      return await this.#append(prepared);
    } finally {
      this.#slots.leave(size);
      leave();
    }
  }

  async #append(prepared: Prepared): Promise<AppendOutcome> {
    const { known, system, limits } = this.#options;
    const pending: Pending = { ...prepared, attempted: undefined, isInDoubt: false };
    const started = system.now();
    try {
      for (let count = 0; ; count++) {
        if (this.#closing.signal.aborted) return settle(pending, new Error('the store is closed'));
        const answer = await this.#attempt(pending);
        const outcome = this.#outcomeOf(pending, answer);
        if (!(outcome instanceof Error)) return outcome;
        if (system.now() - started > limits.patienceMs) return settle(pending, outcome);
        const pauseMs = Math.min(PAUSE.longestMs, PAUSE.firstMs * 2 ** count);
        await system.sleep(pauseMs * system.random(), this.#closing.signal);
      }
    } finally {
      if (pending.attempted) known.finish(pending.attempted);
      // It may be in the log by now, or soon: whoever sends it next must look first.
      if (pending.isInDoubt) known.isEndKnown = false;
    }
  }

  /** Why it has to be sent again, when it has to. */
  #outcomeOf(pending: Pending, answer: Answer): AppendOutcome | Error {
    const { known, onWritten } = this.#options;
    const { stream, expectedRevision } = pending.part;
    switch (answer.kind) {
      case 'in the log': {
        const { revision, position } = answer;
        const repeated = known.isRepeat(pending.attempted, position);
        pending.isInDoubt = false;
        onWritten(position);
        return { ok: true, revision, position, repeated };
      }
      case 'wrong revision': {
        const error = new WrongExpectedRevision(stream, expectedRevision, answer.actual);
        pending.isInDoubt = false;
        return { ok: false, error };
      }
      case 'refused':
        throw answer.error;
      case 'unknown':
        pending.isInDoubt = true;
        return answer.error;
      case 'not written':
        return answer.error;
    }
  }

  get #isReady(): boolean {
    const { link, known } = this.#options;
    return known.isEndKnown && link.current !== undefined && this.#stream?.isOver === false;
  }

  #attempt(pending: Pending): Answer | Promise<Answer> {
    return this.#isReady ? this.#send(pending) : this.#attemptOnceReady(pending);
  }

  async #attemptOnceReady(pending: Pending): Promise<Answer> {
    try {
      await this.#prepare();
    } catch (thrown) {
      return notSent(thrown);
    }
    return this.#send(pending);
  }

  #send(pending: Pending): Answer | Promise<Answer> {
    const { known, system } = this.#options;
    const stream = this.#stream;
    if (!stream || stream.isOver) return notSent(new NotConnected('lost before it was used'));
    pending.attempted ??= known.begin();
    const id = system.uuid();
    return stream.send(id, batchRequest(id, pending.part, pending.proposed));
  }

  /** Nothing is sent here. */
  async #prepare(): Promise<void> {
    const { link, known, system, limits } = this.#options;
    if (!known.isEndKnown) {
      this.#lookingForEnd ??= this.#lookForEnd().finally(() => {
        this.#lookingForEnd = undefined;
      });
      await this.#lookingForEnd;
    }
    const connection = await link.connect();
    if (this.#stream && !this.#stream.isOver) return;
    const { answerMs } = limits;
    const onEnd = (error: Error) => link.drop(connection, error);
    this.#stream = new BatchStream({ connection, system, answerMs, onEnd });
  }

  async #lookForEnd(): Promise<void> {
    const { known, readHead } = this.#options;
    const head = await readHead();
    if (head < known.end) {
      throw new LogDiverged(`the log ended at ${known.end}, now at ${head || 'nothing'}`);
    }
    known.see(head);
    known.isEndKnown = true;
  }
}

function notSent(thrown: unknown): Answer {
  if (thrown instanceof LogDiverged) return { kind: 'refused', error: thrown };
  const { kind, error } = troubleOf(thrown);
  return { kind: kind === 'refused' ? 'refused' : 'not written', error };
}

function settle(pending: Pending, cause: Error): AppendOutcome {
  const reason = wordsOf(cause);
  const error = pending.isInDoubt
    ? new OutcomeUnknown(`the append may be in the log: ${reason}`, { cause })
    : new StoreUnavailable(`nothing was appended: ${reason}`, { cause });
  return { ok: false, error };
}
