import { expect } from 'vitest';
import type { Decider, Decision } from '../../src/domain/decider.ts';
import type { RejectionCode } from '../../src/domain/rejections.ts';

interface When<Command, Event> {
  when(command: Command): Then<Event>;
}

interface Then<Event> {
  /** Accepted with exactly these events. */
  thenAccepts(...expected: Event[]): void;
  /** The effect stood already. */
  thenRepeat(): void;
  thenRefused(code: RejectionCode, details?: Record<string, string | number>): void;
  thenThrows(message: RegExp): void;
}

/** `given(events).when(command).thenAccepts(events)`: a spec that reads as a sentence. */
export function specOf<State, Command, Event>(decider: Decider<State, Command, Event>) {
  const timed = timedSpecOf(decider);
  return (...given: Event[]): When<Command, Event> => ({
    when: (command) => timed({ timeMs: 0, events: given }).when(command, 0),
  });
}

export interface Past<Event> {
  readonly timeMs: number;
  readonly events: readonly Event[];
}

/** The same where time matters: each part of the history has its own, and so has the command. */
export function timedSpecOf<State, Command, Event>(decider: Decider<State, Command, Event>) {
  return (...given: Past<Event>[]) => ({
    when(command: Command, nowMs: number): Then<Event> {
      let state = decider.initialState();
      let revision = 0;
      for (const { timeMs, events } of given) {
        for (const event of events) state = decider.evolve(state, event, revision++, timeMs);
      }
      return thenOf(() => decider.decide(command, state, nowMs));
    },
  });
}

function thenOf<Event>(decide: () => Decision<Event>): Then<Event> {
  return {
    thenAccepts: (...expected) => expect(decide()).toEqual({ kind: 'accept', events: expected }),
    thenRepeat: () => expect(decide()).toEqual({ kind: 'repeat' }),
    thenRefused: (code, details) =>
      expect(decide()).toMatchObject({
        kind: 'refuse',
        rejection: { code, ...(details ? { details } : {}) },
      }),
    thenThrows: (message) => expect(decide).toThrow(message),
  };
}
