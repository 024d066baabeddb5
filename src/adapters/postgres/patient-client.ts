import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import pg from 'pg';

/** Reads what the server sends in place of the driver, from when nothing is awaited any more. */
export interface ChunkReader {
  /**
   * The bytes are its own. What it leaves to the driver are whole messages, as far as the last one
   * of an answer: then it returns false, and is done.
   */
  take(chunk: Buffer, toDriver: (bytes: Buffer) => void): boolean;
}

/** What the driver does with its connection, as far as it is known here. */
interface Connection {
  readonly stream: Socket;
  attachListeners(stream: Pick<EventEmitter, 'on'>): void;
}

/**
 * Gives up a connection on which no answer comes any more: all that waits on it fails. The driver's
 * own `query_timeout` and promises do as well, but each assigns a function literal to a property of
 * the query. V8 takes such a function for one that lives long, and it holds the query with all of
 * its parameters and rows until all of memory is collected: what should have died young is moved
 * about instead, at half of the cost of everything.
 */
export class PatientClient extends pg.Client {
  #isAwaiting = false;
  #reader: ChunkReader | undefined;

  constructor(config?: pg.ClientConfig) {
    super(config);
    const connection = this.#connection();
    const attach = connection.attachListeners;
    connection.attachListeners = (stream) => {
      const driven = new EventEmitter();
      const toDriver = (chunk: Buffer) => driven.emit('data', chunk);
      attach.call(connection, driven);
      stream.on('data', (chunk: Buffer) => {
        if (this.#reader === undefined) toDriver(chunk);
        else if (!this.#reader.take(chunk, toDriver)) this.#reader = undefined;
      });
      stream.on('end', () => driven.emit('end'));
    };
    this.on('drain', () => {
      this.#isAwaiting = false;
    });
    this.once('connect', () => {
      this.#socket().on('timeout', () => {
        if (this.#isAwaiting) this.#socket().destroy(new Error('answer timeout'));
      });
    });
  }

  /** So long nothing may come from the server while an answer is awaited. */
  waitAtMost(ms: number): void {
    this.#socket().setTimeout(ms);
  }

  /** As the driver's, in all of its forms. */
  override query(...asked: readonly unknown[]): never {
    this.#isAwaiting = true;
    const query: (...all: readonly unknown[]) => void = super.query.bind(this);
    const isFunction = (of: unknown) => typeof of === 'function';
    const [config, values] = asked as [{ readonly submit?: unknown }, unknown];
    if (asked.some(isFunction) || isFunction(config.submit)) return query(...asked) as never;
    const answer = new Promise((resolve, reject) => {
      const done = (error: Error | null, result: unknown) =>
        error ? reject(error) : resolve(result);
      query(config, values, done);
    });
    return answer.catch((error: Error) => {
      // As the driver does: the stack of who asked, not of the socket.
      Error.captureStackTrace(error);
      throw error;
    }) as never;
  }

  /** The next answer. */
  readBy(reader: ChunkReader): void {
    this.#reader = reader;
  }

  #socket(): Socket {
    return this.#connection().stream;
  }

  #connection(): Connection {
    return (this as unknown as { readonly connection: Connection }).connection;
  }
}

/** Of a client of a pool that `openPool` opened. */
export function waitAtMost(client: pg.ClientBase, ms: number): void {
  if (!(client instanceof PatientClient)) throw new TypeError('a client without patience');
  client.waitAtMost(ms);
}
