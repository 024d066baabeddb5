import { EventEmitter } from 'node:events';
import { Socket, type SocketConstructorOpts } from 'node:net';
import pg from 'pg';

/** Reads the answer to one statement in place of the driver. */
export interface ChunkReader {
  /**
   * The bytes are there, and its own, until it returns. What it leaves to the driver are whole
   * messages, as far as the last one of an answer: then it returns false, and is done. What it
   * throws ends the connection.
   */
  take(chunk: Buffer, toDriver: (bytes: Buffer) => void): boolean;
}

/** What the driver does with its connection, as far as it is known here. */
interface Connection {
  stream: Socket;
  readonly ssl: unknown;
  attachListeners(stream: Pick<EventEmitter, 'on'>): void;
}

/** Where all that comes is put, and read at once: memory of its own for each chunk costs more. */
const RECEIVED = Buffer.allocUnsafeSlow(65_536);

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
  #toDriver: (chunk: Buffer) => void = () => {};

  constructor(config?: pg.ClientConfig) {
    super(config);
    const connection = this.#connection();
    const attach = connection.attachListeners;
    connection.attachListeners = (stream) => {
      const driven = new EventEmitter();
      // It keeps what it is given.
      this.#toDriver = (chunk) => driven.emit('data', Buffer.from(chunk));
      attach.call(connection, driven);
      stream.on('data', (chunk: Buffer) => this.#receive(chunk));
      stream.on('end', () => driven.emit('end'));
    };
    if (!connection.ssl) connection.stream = this.#openSocket();
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

  /** From now on a statement is sent before the one ahead of it is answered. */
  sendAhead(): void {
    // The driver takes it at its making only, and reads it with each statement.
    (this as { pipeline: boolean }).pipeline = true;
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

  /** Resolves when the answer is over. */
  readBy(reader: ChunkReader, text: string): Promise<void> {
    const start = () => {
      this.#reader = reader;
    };
    return new Promise((resolve, reject) => {
      const done = (error?: Error | null) => (error ? reject(error) : resolve());
      this.query(new ReadQuery(text, start, done));
    });
  }

  #openSocket(): Socket {
    const callback = (size: number): boolean => {
      this.#receive(RECEIVED.subarray(0, size));
      return true;
    };
    // The types have this for `connect` alone.
    const options = { onread: { buffer: RECEIVED, callback } } as SocketConstructorOpts;
    return new Socket(options);
  }

  #receive(chunk: Buffer): void {
    const reader = this.#reader;
    if (reader === undefined) {
      this.#toDriver(chunk);
      return;
    }
    try {
      const isDone = !reader.take(chunk, this.#toDriver);
      // The end of one answer, left to the driver, may have sent the next statement, with its own.
      if (isDone && this.#reader === reader) this.#reader = undefined;
    } catch (error) {
      this.#socket().destroy(error as Error);
    }
  }

  #socket(): Socket {
    return this.#connection().stream;
  }

  #connection(): Connection {
    return (this as unknown as { readonly connection: Connection }).connection;
  }
}

/** As the driver has it; its types don't tell that this is a method. */
type Submitted = new (
  text: string,
  done: (error?: Error | null) => void,
) => { submit(connection: unknown): unknown };

/** Says when it is sent: an answer before it may still be under way when it is asked for. */
class ReadQuery extends (pg.Query as unknown as Submitted) {
  readonly #onSent: () => void;

  constructor(text: string, onSent: () => void, done: (error?: Error | null) => void) {
    super(text, done);
    this.#onSent = onSent;
  }

  override submit(connection: unknown): unknown {
    this.#onSent();
    return super.submit(connection);
  }
}

/** Of a client of a pool that `openPool` opened. */
export function waitAtMost(client: pg.ClientBase, ms: number): void {
  if (!(client instanceof PatientClient)) throw new TypeError('a client without patience');
  client.waitAtMost(ms);
}

/** Likewise. */
export function sendAhead(client: pg.ClientBase): void {
  if (!(client instanceof PatientClient)) throw new TypeError('a client that waits its turn');
  client.sendAhead();
}
