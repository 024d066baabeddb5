import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { System } from '../../../system.ts';
import { type Answer, type Heard, heardOf } from './batch-answers.ts';
import { NoAnswer, troubleOf } from './errors.ts';
import type { Connection } from './link.ts';

const METHOD = '/event_store.client.streams.Streams/BatchAppend';
const asTheyAre = (bytes: Buffer) => bytes;

interface Waiting {
  readonly sentAt: number;
  readonly resolve: (answer: Answer) => void;
}

export interface BatchStreamOptions {
  readonly connection: Connection;
  readonly system: System;
  readonly answerMs: number;
  /** Called once, when nothing more can be sent on it. */
  readonly onEnd: (error: Error) => void;
}

/**
 * One call on which appends go out and answers come back, in whatever order. Whatever happens to
 * it, each append gets exactly one answer within the time; `unknown` is one of them.
 */
export class BatchStream {
  readonly #system: System;
  readonly #answerMs: number;
  readonly #onEnd: (error: Error) => void;
  readonly #call: ClientDuplexStream<Buffer, Heard>;
  /** In the order in which they were sent. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #over = new AbortController();
  #heardAt = 0;
  #isWatching = false;

  constructor({ connection, system, answerMs, onEnd }: BatchStreamOptions) {
    this.#system = system;
    this.#answerMs = answerMs;
    this.#onEnd = onEnd;
    const { streams, metadata } = connection;
    this.#call = streams.makeBidiStreamRequest(METHOD, asTheyAre, heardOf, metadata);
    this.#call.on('data', (heard: Heard) => this.#hear(heard));
    this.#call.on('error', (error: Error) => this.end(error));
    // The server may also end it in peace, with answers still owed.
    this.#call.on('end', () => this.end(new Error('the server ended the stream of appends')));
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Never rejects. */
  send(correlationId: string, request: Buffer): Promise<Answer> {
    return new Promise((resolve) => {
      this.#waiting.set(correlationId, { sentAt: this.#system.now(), resolve });
      this.#call.write(request);
      if (!this.#isWatching) void this.#watch();
    });
  }

  end(error: Error): void {
    if (this.isOver) return;
    this.#over.abort();
    this.#call.cancel();
    for (const { resolve } of this.#waiting.values()) resolve(this.#inDoubt(error));
    this.#waiting.clear();
    this.#onEnd(error);
  }

  #hear({ id, answer }: Heard): void {
    this.#heardAt = this.#system.now();
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    // An answer can come twice, or after we gave up: it is nobody's then.
    if (id === undefined || waiting === undefined) return;
    this.#waiting.delete(id);
    waiting.resolve(answer);
  }

  /** One timer for all, because one for each would cost as much as the append. */
  async #watch(): Promise<void> {
    this.#isWatching = true;
    while (this.#waiting.size > 0) {
      await this.#system.sleep(this.#answerMs / 4, this.#over.signal);
      const now = this.#system.now();
      for (const [id, { sentAt, resolve }] of this.#waiting) {
        if (now - sentAt < this.#answerMs) break;
        const error = new NoAnswer(`no answer to an append within ${this.#answerMs} ms`);
        // Mute since then: the socket is dead. Else only this one answer was lost.
        if (this.#heardAt <= sentAt) return this.end(error);
        this.#waiting.delete(id);
        resolve(this.#inDoubt(error));
      }
    }
    this.#isWatching = false;
  }

  /** It was sent; only a call that was turned away at the door says that it was not taken. */
  #inDoubt(error: Error): Answer {
    const trouble = troubleOf(error);
    return trouble.kind === 'refused' && this.#heardAt === 0
      ? { kind: 'refused', error: trouble.error }
      : { kind: 'unknown', error };
  }
}
