import type { Decider } from '../../domain/decider.ts';
import type { Actor, DomainEvent } from '../../domain/events.ts';
import type { Rejection } from '../../domain/rejections.ts';
import type { Position } from '../../event-store.ts';

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
      /** How many events this command wrote, up to that one. */
      readonly written: number;
      /** Of the stream's last event then; null: it was there before, and the log has it. */
      readonly position: Position | null;
    }
  | { readonly kind: 'refused'; readonly rejection: Rejection };

/** Within the engine the types of state and command are each stream's own affair. */
export type AnyDecider = Decider<unknown, unknown, DomainEvent>;

/** What a caller asks. */
export interface Asked {
  /** A command, or no more than the state: the newest, or any. */
  readonly kind: 'command' | 'load' | 'peek';
  /** Of a load: whose records the state must hold; null for none. */
  readonly command: unknown;
  readonly context: CommandContext | null;
  /** In order of arrival: what has to be decided again keeps its place. */
  readonly number: number;
  /** What is wanted of the state, at the moment of the decision. */
  readonly view: (state: unknown) => unknown;
  readonly resolve: (outcome: Outcome<unknown>) => void;
  readonly reject: (error: unknown) => void;
  readonly onSettled: () => void;
}

/** It waits for its outcome. A class, because there are many: its methods are made once. */
export class Request {
  readonly kind: Asked['kind'];
  readonly command: unknown;
  readonly context: CommandContext | null;
  readonly number: number;
  /** How often it was decided in vain, because another process was first. */
  attempts = 0;
  /** Another stream turned out to have one of its keys. */
  refusal: Rejection | null = null;
  readonly #asked: Asked;

  constructor(asked: Asked) {
    this.kind = asked.kind;
    this.command = asked.command;
    this.context = asked.context;
    this.number = asked.number;
    this.#asked = asked;
  }

  view(state: unknown): unknown {
    return this.#asked.view(state);
  }

  resolve(outcome: Outcome<unknown>): void {
    this.#asked.onSettled();
    this.#asked.resolve(outcome);
  }

  reject(error: unknown): void {
    this.#asked.onSettled();
    this.#asked.reject(error);
  }
}

/** The command whose records must be in memory; null when it needs none. */
export const neededBy = ({ command, refusal }: Request): unknown => (refusal ? null : command);

/** The state of a stream in memory. It runs ahead of the log by what is being appended. */
export interface Warm {
  state: unknown;
  revision: number;
  /** It was read from the log after this request had come, and all before it. */
  readonly knownUpTo: number;
  /** Of the newest snapshot; NO_STREAM when there is none. */
  savedRevision: number;
  /** Of the snapshot that is being saved. */
  savingRevision: number | null;
  /** A newer snapshot is saved: what that has may leave. */
  mayEvict: boolean;
  /** What it ran ahead with is not in the log: nothing more may be decided on it. */
  isBroken: boolean;
}

/** A part of a stream on its way. */
export interface Tail {
  /** Resolves when it is in the log, or known not to be: then the next one may go. */
  readonly known: Promise<unknown>;
  /** Resolves when all that was decided in it is answered. */
  readonly settled: Promise<unknown>;
}

const DONE = Promise.resolve();
export const NO_TAIL: Tail = { known: DONE, settled: DONE };

export interface Stream {
  readonly name: string;
  readonly decider: AnyDecider;
  readonly waiting: Request[];
  warm: Warm | null;
  /** Batches under way that have a part in it. */
  inFlight: number;
  /** The last of these, where each is an append of its own. */
  tail: Tail;
  /** As last counted, of its warm state. */
  records: number;
  /** `preparing`: its state or records are on their way. `ready`: stands in the line. */
  phase: 'idle' | 'preparing' | 'ready';
}

/** More waits than the engine is built for: nothing was done, and the same can be asked again. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}
