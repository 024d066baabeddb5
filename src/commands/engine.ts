import type { Archive } from '../archive.ts';
import type { Decider } from '../domain/decider.ts';
import type { DomainEvent } from '../domain/events.ts';
import { type EventStore, NO_STREAM, type Position, START } from '../event-store.ts';
import type { KeyRegister } from '../keys.ts';
import type { System } from '../system.ts';
import type { CommitCounts } from './engine/committing.ts';
import { GroupCommit } from './engine/group-commit.ts';
import { ENGINE_LIMITS, type EngineLimits } from './engine/limits.ts';
import {
  type AnyDecider,
  type Asked,
  type CommandContext,
  type Outcome,
  Overloaded,
  Request,
} from './engine/request.ts';

export { ENGINE_LIMITS, type EngineLimits } from './engine/limits.ts';
export { type CommandContext, type Outcome, Overloaded } from './engine/request.ts';

export interface EngineStats extends Readonly<CommitCounts> {
  /** Commands and loads that are not answered yet. */
  readonly waiting: number;
}

export interface EngineParts {
  readonly store: EventStore;
  readonly keys: KeyRegister;
  /** Without one every stream is in memory whole, and read from its first event. */
  readonly archive?: Archive;
  readonly system: System;
  /** What went wrong beside any command: a snapshot that could not be saved. */
  readonly onError?: (error: unknown) => void;
}

export interface LoadOptions<State, Command, View> {
  readonly needing?: Command | null;
  readonly view?: (state: State) => View;
}

const asIs = <State>(state: State): State => state;

/** Of a state that is no more than a view of itself. */
const identity = <State, View>(state: State) => state as unknown as View;

function stateOf<State>(outcome: Outcome<State>): State {
  if (outcome.kind === 'done') return outcome.state;
  throw new Error('a load was refused');
}

/**
 * Load, fold, decide, append, for many streams at once. What waits is decided in order, on states
 * in memory that run ahead of the log, and appended in one call; it is answered when it is there.
 * No command waits for a timer: a lone one goes at once, a crowd shares a commit. Another process
 * may write the same streams: the expected revision tells, and what was decided on an old state is
 * decided again.
 */
export class Engine {
  readonly #store: EventStore;
  readonly #line: GroupCommit;
  readonly #mostWaiting: number;
  #count = 0;
  #arrivals = 0;
  #whenIdle: (() => void)[] = [];

  constructor(parts: EngineParts, limits: Partial<EngineLimits> = {}) {
    const { archive = null, onError = () => {} } = parts;
    const all = { ...ENGINE_LIMITS, ...limits };
    this.#store = parts.store;
    this.#mostWaiting = all.mostWaiting;
    this.#line = new GroupCommit({ ...parts, archive, onError }, all);
  }

  /**
   * Throws OutcomeUnknown or StoreUnavailable when it can't tell, and Overloaded when too much
   * waits: the caller asks again with the same command. A refusal is only answered from the
   * stream's newest state. A state that is changed in place goes on changing: `view` takes what is
   * wanted of it at the moment of the decision.
   */
  execute<State, Command, Event extends DomainEvent, View = State>(
    decider: Decider<State, Command, Event>,
    stream: string,
    command: Command,
    context: CommandContext,
    view: (state: State) => View = identity,
  ): Promise<Outcome<View>> {
    return this.#enqueue(decider, stream, 'command', command, context, view);
  }

  /** What is wanted of a stream's newest state, with the records that a command would need. */
  async load<State, Command, Event extends DomainEvent, View = State>(
    decider: Decider<State, Command, Event>,
    stream: string,
    { needing = null, view = identity }: LoadOptions<State, Command, View> = {},
  ): Promise<View> {
    return stateOf(await this.#enqueue(decider, stream, 'load', needing, null, view));
  }

  /** A state that the stream had, for what never changes any more once it is so. */
  async peek<State, Command, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    stream: string,
  ): Promise<State> {
    return stateOf(await this.#enqueue(decider, stream, 'peek', null, null, asIs<State>));
  }

  /** Whether a stream is in memory and has events; one that isn't there may have some, too. */
  hasBegun(stream: string): boolean {
    return this.#line.hasBegun(stream);
  }

  /** Where an event of a stream stands in the log; START for what stands before its first. */
  async positionOf(stream: string, revision: number): Promise<Position> {
    if (revision === NO_STREAM) return START;
    for await (const event of this.#store.readStream(stream, { from: revision, limit: 1 })) {
      return event.position;
    }
    throw new Error(`stream ${stream} has no revision ${revision}`);
  }

  /** For whoever watches: read when asked for, so that no command pays for it. */
  stats(): EngineStats {
    return { ...this.#line.counts, waiting: this.#count };
  }

  /** Resolves when nothing is under way: no command, and no snapshot. */
  async drain(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    await this.#line.drain();
  }

  #enqueue<State, Command, Event extends DomainEvent, View>(
    decider: Decider<State, Command, Event>,
    name: string,
    kind: Request['kind'],
    command: unknown,
    context: CommandContext | null,
    view: (state: State) => View,
  ): Promise<Outcome<View>> {
    if (this.#count >= this.#mostWaiting) {
      return Promise.reject(new Overloaded('too much waits'));
    }
    this.#count++;
    return new Promise((resolve, reject) => {
      const asked: Asked = {
        kind,
        command,
        context,
        number: this.#arrivals++,
        view: view as (state: unknown) => unknown,
        resolve: resolve as (outcome: Outcome<unknown>) => void,
        reject,
        onSettled: this.#leave,
      };
      this.#line.add(name, decider as unknown as AnyDecider, new Request(asked));
    });
  }

  readonly #leave = (): void => {
    this.#count--;
    if (this.#count === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  };
}
