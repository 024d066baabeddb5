import { connect, type Socket } from 'node:net';
import { type Signer, signer } from '../../src/adapters/http/signature.ts';

export interface SigningKey {
  readonly id: string;
  readonly secret: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

const HEAD_END = '\r\n\r\n';
const LENGTH = '\r\ncontent-length: ';
/** Of one read; an answer may come in several. */
const READ_BYTES = 16_384;

/**
 * One connection that is kept open, one request at a time, signed as a game service signs. It
 * shares the cores with what it measures, so it is as little as can speak HTTP/1.1 to fastify.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #keyId: string;
  readonly #sign: Signer;
  #received = '';
  #answered: ((answer: HttpAnswer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(port: number, { id, secret }: SigningKey) {
    this.#keyId = id;
    this.#sign = signer(secret);
    const onread = {
      buffer: Buffer.alloc(READ_BYTES),
      callback: (bytes: number, buffer: Uint8Array) => {
        this.#take((buffer as Buffer).toString('latin1', 0, bytes));
        return true;
      },
    };
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
    this.#socket.on('error', (error) => this.#failed?.(error));
    this.#socket.on('close', () => this.#failed?.(new Error('the server closed the connection')));
  }

  static async open(port: number, key: SigningKey): Promise<HttpConnection> {
    const connection = new HttpConnection(port, key);
    await new Promise<void>((resolve, reject) => {
      connection.#socket.once('connect', () => resolve());
      connection.#failed = reject;
    });
    return connection;
  }

  /** The path and body are ASCII. */
  post(path: string, body: string): Promise<HttpAnswer> {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = this.#sign({ timestamp, method: 'POST', path, body });
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(
        `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n` +
          `x-key-id: ${this.#keyId}\r\nx-timestamp: ${timestamp}\r\nx-signature: ${signature}\r\n` +
          `content-length: ${body.length}\r\n\r\n${body}`,
        'latin1',
      );
    });
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#received = this.#received === '' ? text : this.#received + text;
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const named = this.#received.indexOf(LENGTH);
    if (named < 0 || named > headEnd) {
      this.#failed?.(new Error('an answer without its length'));
      return;
    }
    const length = Number.parseInt(this.#received.slice(named + LENGTH.length, headEnd), 10);
    const start = headEnd + HEAD_END.length;
    const end = start + length;
    if (this.#received.length < end) return;
    const status = Number(this.#received.slice(9, 12));
    const body = this.#received.slice(start, end);
    this.#received = this.#received.slice(end);
    this.#answered?.({ status, body });
  }
}
