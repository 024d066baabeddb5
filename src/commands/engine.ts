import { type Archive, noArchive } from '../archive.ts';
import type { Decider } from '../domain/decider.ts';
import type { DomainEvent } from '../domain/events.ts';
import { type EventStore, type Position, StoreUnavailable } from '../event-store.ts';
import type { KeyRegister } from '../keys.ts';
import type { System } from '../system.ts';
import { type Commit, Committer } from './engine/committing.ts';
import { decideGroup, type Group, isMissing, momentOf } from './engine/deciding.ts';
import { Loader } from './engine/loading.ts';
import {
  type AnyDecider,
  type CommandContext,
  type Outcome,
  Overloaded,
  type Request,
  type Stream,
} from './engine/request.ts';
import { Warmth } from './engine/warmth.ts';

export { type CommandContext, type Outcome, Overloaded } from './engine/request.ts';

export interface EngineLimits {
  /** Requests that wait or are under way; above it they are refused with Overloaded. */
  readonly mostWaiting: number;
  readonly mostCommandsPerCommit: number;
  /** Batches under way: while one is appended, the next is decided. */
  readonly mostBatches: number;
  /** In memory; the least recently used leave. */
  readonly mostStreams: number;
  /** In memory, of all streams together. */
  readonly mostRecords: number;
  /** A snapshot is due after so many events. */
  readonly snapshotEvents: number;
  /** Of one stream with a snapshot, in memory. */
  readonly recordsKept: number;
}

export const ENGINE_LIMITS: EngineLimits = {
  mostWaiting: 10_000,
  mostCommandsPerCommit: 512,
  mostBatches: 2,
  mostStreams: 200_000,
  mostRecords: 1_000_000,
  snapshotEvents: 2_000,
  recordsKept: 2_000,
};

export interface EngineParts {
  readonly store: EventStore;
  readonly keys: KeyRegister;
  readonly archive?: Archive;
  readonly system: System;
  /** What went wrong beside any command: a snapshot that could not be saved. */
  readonly onError?: (error: unknown) => void;
}

const CONFLICT_RETRIES = 50;

/**
 * Load, fold, decide, append, for many streams at once. What waits is decided in order, on states
 * in memory that run ahead of the log, and appended in one call; it is answered when it is there.
 * No command waits for a timer: a lone one goes at once, a crowd shares a commit. Another process
 * may write the same streams: the expected revision tells, and what was decided on an old state is
 * decided again.
 */
export class Engine {
  readonly #system: System;
  readonly #store: EventStore;
  readonly #limits: EngineLimits;
  readonly #loader: Loader;
  readonly #committer: Committer;
  readonly #warmth: Warmth;
  #ready: Stream[] = [];
  #count = 0;
  #arrivals = 0;
  #inFlight = 0;
  #isScheduled = false;
  /** The batches are appended one after the other. */
  #appended: Promise<unknown> = Promise.resolve();
  #whenIdle: (() => void)[] = [];

  constructor(parts: EngineParts, limits: Partial<EngineLimits> = {}) {
    const { store, keys, system, archive = noArchive, onError = () => {} } = parts;
    this.#system = system;
    this.#store = store;
    this.#limits = { ...ENGINE_LIMITS, ...limits };
    this.#loader = new Loader(store, archive);
    this.#committer = new Committer(store, keys, system);
    this.#warmth = new Warmth(archive, this.#limits, onError);
  }

  /**
   * Throws OutcomeUnknown or StoreUnavailable when it can't tell, and Overloaded when too much
   * waits: the caller asks again with the same command. A refusal is only answered from the
   * stream's newest state.
   */
  execute<State, Command, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    stream: string,
    command: Command,
    context: CommandContext,
  ): Promise<Outcome<State>> {
    return this.#enqueue(decider, stream, { kind: 'command', command, context });
  }

  /** The newest state of a stream, with the records that the command `needing` would need. */
  async load<State, Command, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    stream: string,
    needing: Command | null = null,
  ): Promise<State> {
    const request = { kind: 'load', command: needing, context: null } as const;
    const outcome = await this.#enqueue(decider, stream, request);
    if (outcome.kind === 'done') return outcome.state;
    throw new Error(`a load of ${stream} was refused`);
  }

  /** Where an event of a stream stands in the log. */
  async positionOf(stream: string, revision: number): Promise<Position> {
    for await (const event of this.#store.readStream(stream, { from: revision, limit: 1 })) {
      return event.position;
    }
    throw new Error(`stream ${stream} has no revision ${revision}`);
  }

  /** Resolves when nothing is under way: no command, and no snapshot. */
  async drain(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    await this.#warmth.drain();
  }

  async #enqueue<State, Command, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    name: string,
    asked: Pick<Request, 'kind' | 'command' | 'context'>,
  ): Promise<Outcome<State>> {
    if (this.#count >= this.#limits.mostWaiting) throw new Overloaded('too much waits');
    this.#count++;
    try {
      return await new Promise<Outcome<State>>((resolve, reject) => {
        const stream = this.#warmth.streamOf(name, decider as unknown as AnyDecider);
        const settle = resolve as (outcome: Outcome<unknown>) => void;
        const number = this.#arrivals++;
        const rest = { number, attempts: 0, refusal: null, resolve: settle, reject };
        this.#admit(stream, { ...asked, ...rest });
      });
    } finally {
      this.#count--;
      if (this.#count === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    }
  }

  #admit(stream: Stream, request: Request): void {
    stream.waiting.push(request);
    if (stream.phase === 'preparing') return;
    const { warm } = stream;
    if (!warm || warm.isBroken || isMissing(stream, warm, request)) void this.#prepare(stream);
    else if (stream.phase === 'idle') this.#stand(stream);
  }

  async #prepare(stream: Stream): Promise<void> {
    if (stream.phase === 'ready') this.#ready = this.#ready.filter((other) => other !== stream);
    stream.phase = 'preparing';
    try {
      if (stream.warm?.isBroken) this.#warmth.cool(stream);
      await this.#loader.prepare(stream);
      this.#stand(stream);
    } catch (error) {
      stream.phase = 'idle';
      this.#warmth.cool(stream);
      for (const request of stream.waiting.splice(0)) request.reject(error);
    }
  }

  #stand(stream: Stream): void {
    stream.phase = 'ready';
    this.#ready.push(stream);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#ready.length === 0) return;
    if (this.#inFlight >= this.#limits.mostBatches) return;
    this.#isScheduled = true;
    // Whoever was answered a moment ago may ask again first: a crowd shares a commit.
    void this.#system.turn().then(() => {
      this.#isScheduled = false;
      const groups = this.#decide();
      if (groups.length > 0) void this.#commit(groups);
      this.#schedule();
    });
  }

  #decide(): Group[] {
    const moment = momentOf(this.#system.now());
    const groups: Group[] = [];
    const standing = this.#ready;
    this.#ready = [];
    let room = this.#limits.mostCommandsPerCommit;
    for (const stream of standing) {
      const { warm } = stream;
      if (room === 0) {
        this.#ready.push(stream);
      } else if (!warm || warm.isBroken) {
        void this.#prepare(stream);
      } else {
        const group = decideGroup(stream, warm, moment, room);
        room -= group.decided.length;
        this.#warmth.takeSnapshot(group);
        if (group.decided.length > 0) groups.push(group);
        this.#goOn(stream);
      }
    }
    return groups;
  }

  /** What is left waits for the next batch, or for its records. */
  #goOn(stream: Stream): void {
    const [next] = stream.waiting;
    stream.phase = 'idle';
    if (!next) return;
    const { warm } = stream;
    if (!warm || warm.isBroken || isMissing(stream, warm, next)) void this.#prepare(stream);
    else this.#stand(stream);
  }

  async #commit(groups: readonly Group[]): Promise<void> {
    this.#inFlight++;
    for (const { stream } of groups) stream.inFlight++;
    const before = this.#appended;
    const appended = this.#append(groups, before);
    this.#appended = appended;
    const commits = await appended;
    for (const { stream } of groups) stream.inFlight--;
    groups.forEach((group, index) => {
      this.#settle(group, commits[index] ?? { kind: 'outdated' });
    });
    this.#warmth.bound();
    this.#inFlight--;
    this.#schedule();
  }

  /** Never rejects. */
  async #append(groups: readonly Group[], before: Promise<unknown>): Promise<Commit[]> {
    try {
      await this.#committer.claim(groups);
      await before;
      return await this.#committer.append(groups);
    } catch (error) {
      await before;
      return groups.map(() => ({ kind: 'failed', error }));
    }
  }

  #settle(group: Group, commit: Commit): void {
    const { stream, warm, decided, expectedRevision } = group;
    if (commit.kind === 'committed') {
      const { positions, repeated } = commit;
      const before = warm.position;
      for (const { request, kind, rejection, state, revision } of decided) {
        const position = positions[revision - expectedRevision - 1] ?? before;
        const repeat = repeated || kind === 'stands';
        if (rejection) request.resolve({ kind: 'refused', rejection });
        else request.resolve({ kind: 'done', repeat, state, revision, position });
      }
      warm.position = positions.at(-1) ?? before;
      this.#warmth.save(group);
      return;
    }
    warm.isBroken = true;
    const requests = decided.map(({ request }) => request);
    if (commit.kind === 'failed') {
      for (const request of requests) request.reject(commit.error);
      return;
    }
    void this.#again(stream, requests);
  }

  /** What was decided on an old state keeps its place in the line. */
  async #again(stream: Stream, requests: readonly Request[]): Promise<void> {
    const attempts = Math.max(...requests.map(({ attempts }) => attempts));
    if (attempts > 0) {
      await this.#system.sleep(this.#system.random() * Math.min(50, 2 ** attempts));
    }
    const hopeless = new StoreUnavailable(`${stream.name} changed again and again while deciding`);
    for (const request of requests) {
      request.attempts++;
      if (request.attempts > CONFLICT_RETRIES) request.reject(hopeless);
      else stream.waiting.push(request);
    }
    stream.waiting.sort((one, other) => one.number - other.number);
    if (stream.phase !== 'preparing' && stream.waiting.length > 0) void this.#prepare(stream);
  }
}
