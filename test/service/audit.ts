import { accountDecider } from '../../src/domain/account/decide.ts';
import type { AccountEvent } from '../../src/domain/account/events.ts';
import { decodeEvent, postings } from '../../src/domain/events.ts';
import type { EventStore, RecordedEvent } from '../../src/event-store.ts';
import type { Told } from './callers.ts';

export interface Effect {
  readonly event: AccountEvent;
  readonly position: string;
  /** Balances right after it, by the log alone. */
  readonly available: bigint;
  readonly held: bigint;
}

export interface Audit {
  readonly events: number;
  /** By the provider's transaction id. */
  readonly effects: ReadonlyMap<string, Effect>;
  /** Available at the end, by player. */
  readonly available: ReadonlyMap<string, bigint>;
  /** What should be empty. */
  readonly faults: readonly string[];
}

/** Reads the whole log and folds it anew: nothing that the service kept is believed. */
export async function auditLog(store: EventStore): Promise<Audit> {
  const revisions = new Map<string, number>();
  const states = new Map<string, ReturnType<typeof accountDecider.initialState>>();
  const effects = new Map<string, Effect>();
  const sums = new Map<string, bigint>();
  const faults: string[] = [];
  let events = 0;
  for await (const recorded of store.readAll()) {
    events++;
    const { stream, revision, position } = recorded;
    if (Number(position) !== events) faults.push(`position ${position} is event ${events}`);
    const expected = (revisions.get(stream) ?? -1) + 1;
    if (revision !== expected) faults.push(`${stream} goes on with ${revision}, not ${expected}`);
    revisions.set(stream, revision);
    addPostings(sums, recorded);
    if (!stream.startsWith('account-')) continue;
    const event = decodeEvent(recorded).event as AccountEvent;
    const state = states.get(stream) ?? accountDecider.initialState();
    states.set(stream, accountDecider.evolve(state, event, revision, 0));
    const { available, held } = state;
    if (available < 0n || held < 0n) faults.push(`${stream} is below zero at ${revision}`);
    if (!('transaction' in event.data)) continue;
    const { provider, transaction } = event.data;
    if (effects.has(transaction)) faults.push(`${provider} ${transaction} stands twice`);
    effects.set(transaction, { event, position, available, held });
  }
  for (const [currency, sum] of sums) {
    if (sum !== 0n) faults.push(`postings in ${currency} sum to ${sum}`);
  }
  const available = new Map(
    [...states.values()].map(({ ref, available: now }) => [ref?.player ?? '', now] as const),
  );
  return { events, effects, available, faults };
}

function addPostings(sums: Map<string, bigint>, recorded: RecordedEvent): void {
  for (const { currency, amount } of postings(decodeEvent(recorded).event)) {
    sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  }
}

/** Where what callers were told differs from what the log says. */
export function compareWithTold(
  { effects }: Audit,
  told: ReadonlyMap<string, Told>,
): readonly string[] {
  const faults: string[] = [];
  for (const [transaction, { message, accepted }] of told) {
    const effect = effects.get(transaction);
    if (effect === undefined) {
      if (accepted.length > 0) faults.push(`${transaction} was acknowledged and is not in the log`);
      continue;
    }
    if (accepted.length === 0) faults.push(`${transaction} was refused and is in the log`);
    if (!says(effect.event, message.body)) faults.push(`${transaction} is not what was sent`);
    const { position, available, held } = effect;
    const truth = { position, available: `${available}`, held: `${held}` };
    for (const answer of accepted) {
      const said = { position: answer.position, available: answer.available, held: answer.held };
      if (JSON.stringify(said) !== JSON.stringify(truth)) {
        faults.push(`${transaction}: told ${JSON.stringify(said)}, is ${JSON.stringify(truth)}`);
      }
    }
    const firsts = accepted.filter(({ repeat }) => repeat === false).length;
    if (firsts > 1) faults.push(`${transaction} was done ${firsts} times by its answers`);
  }
  for (const transaction of effects.keys()) {
    if (!told.has(transaction)) faults.push(`${transaction} is in the log and was never sent`);
  }
  return faults;
}

/**
 * A rollback carries its target's amount, which its message doesn't name; a bet the id of its
 * session, whose token nothing but its own message ever shows.
 */
function says({ data }: AccountEvent, body: Readonly<Record<string, string>>): boolean {
  const recorded = data as Readonly<Record<string, unknown>>;
  return Object.entries(body).every(
    ([name, value]) => name === 'session' || recorded[name] === value,
  );
}
