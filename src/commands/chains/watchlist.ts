import { decodeEvent } from '../../domain/events.ts';
import type { PlayerRef } from '../../domain/ids.ts';
import { type EventStore, type Position, START } from '../../event-store.ts';

export interface WatchedAddress {
  /** Null: a wallet of the house. */
  readonly owner: PlayerRef | null;
}

/**
 * Every address of ours, followed in the log itself. An address is shown only after its event was
 * written, so whoever calls `refresh` after fetching a block knows all that the block can pay.
 */
export class Watchlist {
  readonly #store: EventStore;
  readonly #byAddress = new Map<string, WatchedAddress>();
  #position: Position = START;

  constructor(store: EventStore, wallets: readonly { chain: string; address: string }[]) {
    this.#store = store;
    for (const { chain, address } of wallets) {
      this.#byAddress.set(`${chain} ${address}`, { owner: null });
    }
  }

  async refresh(): Promise<void> {
    const filter = { streamPrefixes: ['player-'], types: ['DepositAddressAssigned'] };
    for await (const recorded of this.#store.readAll({ after: this.#position, filter })) {
      const { event } = decodeEvent(recorded);
      if (event.type === 'DepositAddressAssigned') {
        const { brand, player, chain, address } = event.data;
        this.#byAddress.set(`${chain} ${address}`, { owner: { brand, player } });
      }
      this.#position = recorded.position;
    }
  }

  /** All of one chain, as far as the last refresh saw. */
  addresses(chain: string): readonly string[] {
    const prefix = `${chain} `;
    const keys = [...this.#byAddress.keys()].filter((key) => key.startsWith(prefix));
    return keys.map((key) => key.slice(prefix.length));
  }

  /** Undefined: not one of ours, as far as the last refresh saw. */
  find(chain: string, address: string): WatchedAddress | undefined {
    return this.#byAddress.get(`${chain} ${address}`);
  }
}
