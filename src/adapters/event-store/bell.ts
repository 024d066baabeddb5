import { BehaviorSubject, filter, firstValueFrom, fromEvent, takeUntil } from 'rxjs';
import { type Position, START } from '../../event-store.ts';

/** Wakes subscriptions. It only says that the log has grown: the events are always pulled. */
export class Bell {
  readonly #heads = new BehaviorSubject<Position>(START);
  #head: Position = START;

  /** The furthest head that was heard of. */
  get head(): Position {
    return this.#head;
  }

  /** Whether anybody waits now. */
  get isAwaited(): boolean {
    return this.#heads.observed;
  }

  ring(head: Position): void {
    if (head <= this.#head) return;
    this.#head = head;
    this.#heads.next(head);
  }

  /** Resolves when the log reaches beyond the position, or the signal aborts. */
  async beyond(position: Position, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const beyond = this.#heads.pipe(
      filter((head) => head > position),
      takeUntil(fromEvent(signal, 'abort')),
    );
    await firstValueFrom(beyond, { defaultValue: START });
  }

  /** Every wait, now and later, rejects. */
  fail(error: Error): void {
    this.#heads.error(error);
  }
}
