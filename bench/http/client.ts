import { connect, type Socket } from 'node:net';
import { signedHeaders } from '../../src/adapters/http/signature.ts';

export interface SigningKey {
  readonly id: string;
  readonly secret: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;

/**
 * One connection that is kept open, one request at a time, signed as a game service signs. It
 * shares the cores with what it measures, so it is as little as can speak HTTP/1.1 to fastify.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #key: SigningKey;
  #received = '';
  #answered: ((answer: HttpAnswer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(socket: Socket, key: SigningKey) {
    this.#socket = socket;
    this.#key = key;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('the server closed the connection')));
  }

  static async open(port: number, key: SigningKey): Promise<HttpConnection> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    return new HttpConnection(socket, key);
  }

  /** The path and body are ASCII. */
  post(path: string, body: string): Promise<HttpAnswer> {
    const headers = signedHeaders(this.#key, { method: 'POST', path, body, nowMs: Date.now() });
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(
        `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n` +
          `x-key-id: ${headers['x-key-id']}\r\nx-timestamp: ${headers['x-timestamp']}\r\n` +
          `x-signature: ${headers['x-signature']}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
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
    const length = LENGTH.exec(this.#received)?.[1];
    if (length === undefined) {
      this.#failed?.(new Error('an answer without its length'));
      return;
    }
    const start = headEnd + HEAD_END.length;
    const end = start + Number(length);
    if (this.#received.length < end) return;
    const answer = {
      status: Number(this.#received.slice(9, 12)),
      body: this.#received.slice(start, end),
    };
    this.#received = this.#received.slice(end);
    this.#answered?.(answer);
  }
}
