import { expect } from 'vitest';
import type { Decider } from '../../src/domain/decider.ts';
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
  return (...given: Event[]): When<Command, Event> => ({
    when(command) {
      let state = decider.initialState();
      given.forEach((event, revision) => {
        state = decider.evolve(state, event, revision, 0);
      });
      const decide = () => decider.decide(command, state, 0);
      return {
        thenAccepts: (...expected) =>
          expect(decide()).toEqual({ kind: 'accept', events: expected }),
        thenRepeat: () => expect(decide()).toEqual({ kind: 'repeat' }),
        thenRefused: (code, details) =>
          expect(decide()).toMatchObject({
            kind: 'refuse',
            rejection: { code, ...(details ? { details } : {}) },
          }),
        thenThrows: (message) => expect(decide).toThrow(message),
      };
    },
  });
}
