import { decodeEvent } from '../../domain/events.ts';
import { type EventStore, type Position, START } from '../../event-store.ts';

/**
 * Withdrawals between approval and their end, oldest approval first, followed in the log itself.
 */
export class PayoutQueue {
  readonly #store: EventStore;
  readonly #waiting = new Set<string>();
  #position: Position = START;

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** The ids, as the log has them at its end. */
  async refresh(): Promise<readonly string[]> {
    const types = [
      'WithdrawalApproved',
      'WithdrawalPutUnderReview',
      'WithdrawalCompleted',
      'WithdrawalFailed',
    ];
    const filter = { streamPrefixes: ['withdrawal-'], types };
    for await (const recorded of this.#store.readAll({ after: this.#position, filter })) {
      const { event } = decodeEvent(recorded);
      if (event.type === 'WithdrawalApproved') {
        const { withdrawal, approvals, approvalsRequired } = event.data;
        if (approvals >= approvalsRequired) this.#waiting.add(withdrawal);
      } else if ('withdrawal' in event.data) {
        this.#waiting.delete(event.data.withdrawal);
      }
      this.#position = recorded.position;
    }
    return [...this.#waiting];
  }
}
