import type { ServerResponse } from 'node:http';
import type { System } from '../../system.ts';

/** A client that takes nothing for so long is cut off. */
const STALLED_MS = 30_000;
/** While the server closes, which waits for its answers to end. */
const STALLED_AT_END_MS = 1_000;

/**
 * Answers that go on for long, each as fast as its client reads. One that reads nothing can't be
 * told by who writes: that waits too, or has written its end already, and nobody would ever close
 * a connection that nobody reads. What waits for its socket tells.
 */
export class LongAnswers {
  readonly #system: Pick<System, 'sleep'>;
  readonly #open = new Map<ServerResponse, AbortSignal>();

  constructor(system: Pick<System, 'sleep'>) {
    this.#system = system;
  }

  /** The signal aborts when the answer is closed, by whomever. */
  watch(answer: ServerResponse): AbortSignal {
    const closed = new AbortController();
    const { signal } = closed;
    this.#open.set(answer, signal);
    answer.once('close', () => {
      this.#open.delete(answer);
      closed.abort();
    });
    this.#cutOffWhenStalled(answer, STALLED_MS, signal);
    return signal;
  }

  /** No end is waited for that can't be written. */
  hurry(): void {
    for (const [answer, closed] of this.#open) {
      this.#cutOffWhenStalled(answer, STALLED_AT_END_MS, closed);
    }
  }

  async #cutOffWhenStalled(answer: ServerResponse, ms: number, closed: AbortSignal): Promise<void> {
    while (!closed.aborted) {
      const before = takenFrom(answer);
      await this.#system.sleep(ms, closed);
      if (before !== null && takenFrom(answer) === before) answer.destroy();
    }
  }
}

/** Bytes that the machine took for the client; null while none wait. */
function takenFrom({ socket }: ServerResponse): number | null {
  if (!socket || socket.writableLength === 0) return null;
  return socket.bytesWritten - socket.writableLength;
}
