import type { Archive } from '../../archive.ts';
import { type EventStore, StoreUnavailable } from '../../event-store.ts';
import type { KeyRegister } from '../../keys.ts';
import type { System } from '../../system.ts';
import { type Commit, type CommitCounts, Committer } from './committing.ts';
import { decideGroup, type Group, isMissing, momentOf } from './deciding.ts';
import type { EngineLimits } from './limits.ts';
import { Loader } from './loading.ts';
import type { AnyDecider, Request, Stream } from './request.ts';
import { Warmth } from './warmth.ts';

const CONFLICT_RETRIES = 50;
/** Fewer than these are not worth two flushes. */
const CROWD = 48;
/** Fewer than these are not worth one beside another batch. */
const HANDFUL = 12;
/**
 * A command of more than these, on average, takes the log as long as it takes us: twice as many
 * batches under way keep both busy. With smaller ones they would only be smaller batches.
 */
const FEW_EVENTS = 4;
/** Of one stream: one is appended, the next is made ready. More of them are smaller, and slower. */
const PARTS_UNDER_WAY = 2;
/** Fewer than these are not worth a claim of their own while other parts are under way. */
const FEW = 16;

export interface GroupCommitParts {
  readonly store: EventStore;
  readonly keys: KeyRegister;
  readonly archive: Archive | null;
  readonly system: System;
  readonly onError: (error: unknown) => void;
}

/**
 * The line in which requests wait, and the batches that it goes off in: while one is appended, the
 * next is decided on what that will leave. What was decided on a state that turned out not to be
 * the stream's keeps its place and is decided again.
 */
export class GroupCommit {
  readonly #system: System;
  readonly #limits: EngineLimits;
  readonly #loader: Loader;
  readonly #committer: Committer;
  readonly #warmth: Warmth;
  readonly #isApart: boolean;
  #ready: Stream[] = [];
  #inFlight = 0;
  /** Under way, where each is an append of its own. */
  #parts = 0;
  /** In batches under way, where each of those is one append. */
  #commands = 0;
  /** Of those. */
  #events = 0;
  #isScheduled = false;
  /** All batches so far. */
  #appended: Promise<unknown> = Promise.resolve();

  constructor(parts: GroupCommitParts, limits: EngineLimits) {
    const { store, keys, system, archive, onError } = parts;
    this.#system = system;
    this.#limits = limits;
    this.#isApart = store.appendsApart ?? false;
    this.#loader = new Loader(store, archive);
    this.#committer = new Committer(store, keys, system);
    this.#warmth = new Warmth(archive, limits, onError);
  }

  /** Every request is settled in the end. */
  add(name: string, decider: AnyDecider, request: Request): void {
    this.#admit(this.#warmth.streamOf(name, decider), request);
  }

  hasBegun(name: string): boolean {
    return this.#warmth.hasBegun(name);
  }

  get counts(): Readonly<CommitCounts> {
    return this.#committer.counts;
  }

  /** Resolves when no snapshot is under way. */
  drain(): Promise<void> {
    return this.#warmth.drain();
  }

  #admit(stream: Stream, request: Request): void {
    stream.waiting.push(request);
    if (stream.phase === 'preparing') return;
    const { warm } = stream;
    if (!warm || warm.isBroken) void this.#prepare(stream);
    // Who stands in the line is looked at when it is decided.
    else if (stream.phase === 'ready') return;
    else if (isMissing(stream, warm, request)) void this.#prepare(stream);
    else this.#stand(stream);
  }

  /** What comes meanwhile goes in one part, once one of those is settled. */
  #isFull({ inFlight }: Stream): boolean {
    return this.#isApart && inFlight >= PARTS_UNDER_WAY;
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
    stream.phase = this.#isFull(stream) ? 'idle' : 'ready';
    if (stream.phase === 'idle') return;
    this.#ready.push(stream);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#ready.length === 0) return;
    if (this.#inFlight >= this.#mostBatches()) return;
    this.#isScheduled = true;
    // Whoever was answered a moment ago may ask again first: a crowd shares a commit.
    void this.#system.turn().then(() => {
      this.#isScheduled = false;
      // They go once that batch is done, with whoever comes meanwhile: it was theirs to wait for.
      if (this.#areTooFew()) return;
      const groups = this.#decide();
      if (groups.length > 0) void this.#send(groups);
      this.#schedule();
    });
  }

  #mostBatches(): number {
    const { mostBatches } = this.#limits;
    return this.#events > FEW_EVENTS * this.#commands ? 2 * mostBatches : mostBatches;
  }

  #areTooFew(): boolean {
    const waiting = waitingIn(this.#ready);
    return this.#isApart
      ? this.#parts > 0 && waiting < FEW
      : this.#inFlight > 0 && waiting < HANDFUL;
  }

  #send(groups: readonly Group[]): Promise<void> {
    return this.#isApart ? this.#commitApart(groups) : this.#commit(groups);
  }

  #decide(): Group[] {
    const moment = momentOf(this.#system.now());
    const groups: Group[] = [];
    const standing = this.#ready;
    this.#ready = [];
    let room = this.#roomFor(standing);
    for (const stream of standing) {
      const { warm } = stream;
      if (room === 0) {
        this.#ready.push(stream);
      } else if (!warm || warm.isBroken) {
        void this.#prepare(stream);
      } else {
        const group = decideGroup(stream, warm, moment, Math.min(room, this.#shareOf(stream)));
        room -= group.decided.length;
        this.#warmth.afterDeciding(group);
        if (group.decided.length > 0) groups.push(group);
        this.#goOn(stream);
      }
    }
    return groups;
  }

  /** A crowd goes in as many parts: while one is appended, the next is decided. */
  #roomFor(standing: readonly Stream[]): number {
    const most = this.#limits.mostCommandsPerCommit;
    const all = this.#commands + waitingIn(standing);
    return this.#isApart || all < CROWD
      ? most
      : Math.min(most, Math.ceil(all / this.#mostBatches()));
  }

  /** Where parts go by themselves, the crowd of one stream goes in as many as may be under way. */
  #shareOf({ waiting, inFlight }: Stream): number {
    return this.#isApart && waiting.length >= CROWD
      ? Math.ceil(waiting.length / Math.max(1, PARTS_UNDER_WAY - inFlight))
      : waiting.length;
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

  /** Under way until its keys are claimed: what comes meanwhile shares the next claim. */
  async #commitApart(groups: readonly Group[]): Promise<void> {
    this.#inFlight++;
    this.#parts += groups.length;
    for (const { stream } of groups) stream.inFlight++;
    await this.#committer.commitApart(groups, this.#settleAlone);
    this.#inFlight--;
    this.#schedule();
  }

  readonly #settleAlone = (group: Group, commit: Commit): void => {
    const { stream } = group;
    this.#parts--;
    stream.inFlight--;
    this.#settle(group, commit);
    if (stream.phase === 'idle') this.#goOn(stream);
    this.#warmth.bound();
    this.#schedule();
  };

  async #commit(groups: readonly Group[]): Promise<void> {
    this.#inFlight++;
    let [commands, events] = [0, 0];
    for (const group of groups) {
      commands += group.decided.length;
      events += group.events.length;
      group.stream.inFlight++;
    }
    this.#commands += commands;
    this.#events += events;
    const before = this.#appended;
    const appended = this.#committer.commit(groups, before);
    this.#appended = Promise.all([before, appended]).then(() => {});
    const commits = await appended;
    await before;
    this.#commands -= commands;
    this.#events -= events;
    for (const { stream } of groups) stream.inFlight--;
    groups.forEach((group, index) => {
      this.#settle(group, commits[index] ?? { kind: 'outdated' });
    });
    this.#warmth.bound();
    this.#inFlight--;
    this.#schedule();
  }

  #settle(group: Group, commit: Commit): void {
    const { stream, warm, decided, expectedRevision } = group;
    if (commit.kind === 'committed') {
      const { positions, repeated } = commit;
      for (const { request, kind, rejection, view: state, revision, written } of decided) {
        const position = positions[revision - expectedRevision - 1] ?? null;
        const repeat = repeated || kind === 'stands';
        if (rejection) request.resolve({ kind: 'refused', rejection });
        else request.resolve({ kind: 'done', repeat, state, revision, written, position });
      }
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
    const attempts = Math.max(...requests.map((request) => request.attempts));
    // It stays the one stream of its name meanwhile.
    stream.inFlight++;
    if (attempts > 0) {
      await this.#system.sleep(this.#system.random() * Math.min(50, 2 ** attempts));
    }
    stream.inFlight--;
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

function waitingIn(streams: readonly Stream[]): number {
  let waiting = 0;
  for (const stream of streams) waiting += stream.waiting.length;
  return waiting;
}
