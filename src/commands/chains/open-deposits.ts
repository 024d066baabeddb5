import type { BlockPoint } from '../../domain/deposit/decide.ts';
import { decodeEvent } from '../../domain/events.ts';
import { type DepositRef, depositId } from '../../domain/ids.ts';
import { type EventStore, type Position, START } from '../../event-store.ts';

export interface OpenDeposit {
  readonly deposit: DepositRef;
  readonly block: BlockPoint;
}

/** The deposits of one chain that stand and aren't final, followed in the log itself. */
export class OpenDeposits {
  readonly #store: EventStore;
  readonly #chain: string;
  readonly #open = new Map<string, OpenDeposit>();
  #position: Position = START;

  constructor(store: EventStore, chain: string) {
    this.#store = store;
    this.#chain = chain;
  }

  /** As the log has them at its end. */
  async refresh(): Promise<readonly OpenDeposit[]> {
    const filter = {
      streamPrefixes: [`deposit-${this.#chain}.`],
      types: ['DepositDetected', 'DepositFinalised', 'DepositOrphaned'],
    };
    for await (const recorded of this.#store.readAll({ after: this.#position, filter })) {
      const { event } = decodeEvent(recorded);
      if (event.type === 'DepositDetected') {
        const { chain, txid, position, block } = event.data;
        const deposit = { chain, txid, position };
        this.#open.set(depositId(deposit), { deposit, block });
      } else if (event.type === 'DepositFinalised' || event.type === 'DepositOrphaned') {
        this.#open.delete(depositId(event.data));
      }
      this.#position = recorded.position;
    }
    return [...this.#open.values()];
  }
}
