import { type EventType, postings } from '../../domain/events.ts';
import type { PlayerRef } from '../../domain/ids.ts';
import type { EventStore, RecordedEvent } from '../../event-store.ts';
import { balances } from '../balances/apply.ts';
import { deposits } from '../deposits/apply.ts';
import { LogEvent } from '../log-event.ts';
import type { Projection } from '../projection.ts';
import { risk } from '../risk/apply.ts';
import { withdrawals } from '../withdrawals/apply.ts';
import type { Change, FeedTopic } from './read-model.ts';

/** The read model that each topic tells of, and what its answers are joined with. */
export const MODELS: Readonly<Record<FeedTopic, readonly [Projection, ...Projection[]]>> = {
  balances: [balances],
  withdrawals: [withdrawals, risk],
  deposits: [deposits],
};

export const FEED_TYPES: readonly EventType[] = [
  ...new Set(Object.values(MODELS).flatMap(([{ types }]) => types)),
];

const inModel = Object.fromEntries(
  Object.entries(MODELS).map(([topic, [{ types }]]) => [topic, new Set<string>(types)]),
);

const MOST_OWNERS = 20_000;

/** Tells of each event whose it is: some name only their withdrawal or deposit. */
export class Changes {
  readonly #store: EventStore;
  /** By stream; the least recently asked for first. */
  readonly #owners = new Map<string, PlayerRef | null>();

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** Null when no row of a topic changed by it. */
  async of(recorded: RecordedEvent): Promise<Change | null> {
    const logged = LogEvent.of(recorded);
    const { event, position, time } = logged;
    const { data } = event;
    const isIn = (topic: FeedTopic) => inModel[topic]?.has(event.type) ?? false;
    const topics: FeedTopic[] = [];
    if (isIn('balances') && postings(event).length > 0) topics.push('balances');
    if (isIn('withdrawals')) topics.push('withdrawals');
    if (isIn('deposits')) topics.push('deposits');
    if (topics.length === 0) return null;
    const owner = ownerIn(logged) ?? (await this.#ownerOf(recorded.stream));
    return {
      ...{ position, topics, type: event.type, time },
      brand: owner?.brand ?? null,
      player: owner?.player ?? null,
      currency: 'currency' in data ? data.currency : null,
      withdrawal: 'withdrawal' in data ? data.withdrawal : null,
      deposit: isIn('deposits') ? deposits.keyOf(logged) : null,
    };
  }

  /** By the first event of its stream, which a life's owner never changes after. */
  async #ownerOf(stream: string): Promise<PlayerRef | null> {
    const known = this.#owners.get(stream);
    if (known !== undefined) return known;
    let owner: PlayerRef | null = null;
    for await (const first of this.#store.readStream(stream, { from: 0, limit: 1 })) {
      owner = ownerIn(LogEvent.of(first));
    }
    if (this.#owners.size >= MOST_OWNERS) {
      for (const oldest of this.#owners.keys()) {
        this.#owners.delete(oldest);
        break;
      }
    }
    this.#owners.set(stream, owner);
    return owner;
  }
}

/** Null: the house, or the event doesn't say. */
function ownerIn({ event: { data } }: LogEvent): PlayerRef | null {
  if ('brand' in data && 'player' in data) return { brand: data.brand, player: data.player };
  return 'owner' in data ? data.owner : null;
}
