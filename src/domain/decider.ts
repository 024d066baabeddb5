import type { Rejection } from './rejections.ts';

/**
 * What a command came to. A repeat has its first effect in the state; a refusal changes nothing.
 */
export type Decision<Event> =
  | { readonly kind: 'accept'; readonly events: readonly Event[] }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'refuse'; readonly rejection: Rejection };

/**
 * `decide` alone refuses and never changes the state; `evolve` never refuses. `evolve` owns the
 * state that it is given and may change it in place (a fold over a million events must not copy
 * its maps); callers go on with what it returns.
 */
export interface Decider<State, Command, Event> {
  initialState(): State;
  decide(command: Command, state: State): Decision<Event>;
  evolve(state: State, event: Event, revision: number): State;
}

export function accept<Event>(...events: Event[]): Decision<Event> {
  return { kind: 'accept', events };
}

export const repeat = { kind: 'repeat' } as const;

export function refuse(rejection: Rejection): Decision<never> {
  return { kind: 'refuse', rejection };
}

export function fold<State, Event>(
  decider: Pick<Decider<State, never, Event>, 'initialState' | 'evolve'>,
  events: Iterable<Event>,
): State {
  let state = decider.initialState();
  let revision = 0;
  for (const event of events) state = decider.evolve(state, event, revision++);
  return state;
}

/** For the end of a switch: the compiler refuses a case that was forgotten. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
