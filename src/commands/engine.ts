import type { Decider } from '../domain/decider.ts';
import { type Actor, type DomainEvent, decodeEvent, encodeEvent } from '../domain/events.ts';
import { deterministicId } from '../domain/ids.ts';
import type { Rejection } from '../domain/rejections.ts';
import {
  type AppendOutcome,
  type EventStore,
  type NewEvent,
  NO_STREAM,
  OutcomeUnknown,
  type Position,
  StoreUnavailable,
} from '../event-store.ts';
import { isoTime, type System } from '../system.ts';
import { StreamQueues } from './stream-queues.ts';

/** Who asks, and why. `commandId` comes from the business key where there is one. */
export interface CommandContext {
  readonly actor: Actor;
  readonly commandId: string;
  readonly causationId: string;
  readonly correlationId: string;
}

export type Outcome<State> =
  | {
      readonly kind: 'done';
      /** The effect stood already: nothing was written. */
      readonly repeat: boolean;
      readonly state: State;
      /** Of the stream's last event when this was decided. */
      readonly revision: number;
      readonly position: Position;
    }
  | { readonly kind: 'refused'; readonly rejection: Rejection };

interface Warm<State> {
  state: State;
  revision: number;
  position: Position;
}

const WARM_STREAMS = 10_000;
const CONFLICT_RETRIES = 50;
const UNKNOWN_RETRIES = 6;

/**
 * Load, fold, decide, append; on a conflict, again. Commands of one stream wait for each other
 * here, so a conflict means another process. What waits for one stream is where a group commit will
 * go: it changes `commit` and nothing that calls it.
 */
export class Engine {
  readonly #store: EventStore;
  readonly #system: System;
  readonly #queues = new StreamQueues();
  readonly #warm = new Map<string, Warm<unknown>>();

  constructor(store: EventStore, system: System) {
    this.#store = store;
    this.#system = system;
  }

  /**
   * Throws OutcomeUnknown or StoreUnavailable when it can't tell: the caller asks again with the
   * same command. A refusal is only answered from the stream's newest state.
   */
  execute<State, Command, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    stream: string,
    command: Command,
    context: CommandContext,
  ): Promise<Outcome<State>> {
    return this.#queues.run(stream, async () => {
      try {
        return await this.#commit(decider, stream, command, context);
      } catch (error) {
        this.#warm.delete(stream);
        throw error;
      }
    });
  }

  /** The newest state of a stream. */
  load<State, Event extends DomainEvent>(
    decider: Decider<State, never, Event>,
    stream: string,
  ): Promise<State> {
    return this.#queues.run(stream, async () => (await this.#catchUp(decider, stream)).state);
  }

  /** Where an event of a stream stands in the log. */
  async positionOf(stream: string, revision: number): Promise<Position> {
    for await (const event of this.#store.readStream(stream, { from: revision, limit: 1 })) {
      return event.position;
    }
    throw new Error(`stream ${stream} has no revision ${revision}`);
  }

  /** Resolves when no command is under way. */
  async drain(): Promise<void> {
    await this.#queues.drain();
  }

  async #commit<State, Command, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    stream: string,
    command: Command,
    context: CommandContext,
  ): Promise<Outcome<State>> {
    const nowMs = this.#system.now();
    const time = isoTime(nowMs);
    for (let attempt = 0; attempt < CONFLICT_RETRIES; attempt++) {
      const warm = await this.#catchUp(decider, stream);
      const decision = decider.decide(command, warm.state, nowMs);
      if (decision.kind === 'refuse') return { kind: 'refused', rejection: decision.rejection };
      if (decision.kind === 'repeat') return { kind: 'done', repeat: true, ...warm };
      const events = decision.events.map((event, index): NewEvent => {
        const encoded = encodeEvent(event, { ...context, time });
        // With the data in it: two commands that share a key but not their content differ.
        const place = `${warm.revision + 1 + index}`;
        const id = deterministicId(stream, place, context.commandId, encoded.data);
        return { id, ...encoded };
      });
      const outcome = await this.#append(stream, warm.revision, events);
      if (!outcome.ok) {
        this.#warm.delete(stream);
        await this.#system.sleep(this.#system.random() * Math.min(50, 2 ** attempt));
        continue;
      }
      for (const event of decision.events) {
        warm.state = decider.evolve(warm.state, event, ++warm.revision, nowMs);
      }
      warm.position = outcome.position;
      return { kind: 'done', repeat: outcome.repeated, ...warm };
    }
    throw new StoreUnavailable(`${stream} changed ${CONFLICT_RETRIES} times while deciding`);
  }

  /** The same ids and the same revision until the outcome is known; only a conflict comes back. */
  async #append(
    stream: string,
    expectedRevision: number,
    events: readonly NewEvent[],
  ): Promise<AppendOutcome> {
    let unknown: Error | undefined;
    for (let attempt = 0; attempt <= UNKNOWN_RETRIES; attempt++) {
      const [outcome] = await this.#store.append([{ stream, expectedRevision, events }]);
      if (!outcome) throw new Error('the store gave no outcome');
      // After an unknown outcome a repeat is our own first try.
      if (outcome.ok) return unknown ? { ...outcome, repeated: false } : outcome;
      const { error } = outcome;
      if (error instanceof StoreUnavailable && !unknown) throw error;
      if (!(error instanceof OutcomeUnknown) && !(error instanceof StoreUnavailable)) {
        return outcome;
      }
      unknown = error;
      await this.#system.sleep(2 ** attempt * 50 * (0.5 + this.#system.random()));
    }
    throw new OutcomeUnknown(`append to ${stream}`, { cause: unknown });
  }

  /** The state in memory, brought up to date: another process may have written the stream. */
  async #catchUp<State, Event extends DomainEvent>(
    decider: Decider<State, never, Event>,
    stream: string,
  ): Promise<Warm<State>> {
    const found = this.#warm.get(stream) as Warm<State> | undefined;
    const warm = found ?? { state: decider.initialState(), revision: NO_STREAM, position: '' };
    // A fold that fails half way must not stay warm.
    this.#warm.delete(stream);
    for await (const recorded of this.#store.readStream(stream, { from: warm.revision + 1 })) {
      const { event, metadata } = decodeEvent(recorded);
      const timeMs = Date.parse(metadata.time);
      warm.state = decider.evolve(warm.state, event as Event, recorded.revision, timeMs);
      warm.revision = recorded.revision;
      warm.position = recorded.position;
    }
    this.#warm.set(stream, warm);
    const oldest = this.#warm.keys().next().value;
    if (this.#warm.size > WARM_STREAMS && oldest !== undefined) this.#warm.delete(oldest);
    return warm;
  }
}
