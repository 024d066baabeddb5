import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between us and a real Postgres that can be made to fail at the worst moment. */
export interface FaultyLink {
  /** The same database, by way of the link. */
  readonly url: string;
  /** Once a request holds the text it still reaches Postgres, but no answer comes back. */
  swallowAnswerTo(text: string): void;
  /** Requests still reach Postgres; their answers come when they are let through again. */
  holdAnswers(): void;
  releaseAnswers(): void;
  /** How often an answer was swallowed. */
  readonly swallowed: number;
  /** Breaks all connections and takes no new ones. */
  cut(): void;
  heal(): void;
  close(): Promise<void>;
}

export async function startFaultyLink(
  databaseUrl: string,
  onSwallowed = () => {},
): Promise<FaultyLink> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let pattern: string | undefined;
  let isCut = false;
  let swallowed = 0;
  const answers = new Answers();
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    let isMute = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket.on('error', end).on('close', end));
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (data) => {
      if (pattern !== undefined && data.includes(pattern)) {
        pattern = undefined;
        isMute = true;
      }
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (!isMute) return answers.give(() => client.write(data));
      swallowed++;
      onSwallowed();
      end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    swallowAnswerTo: (text) => {
      pattern = text;
    },
    holdAnswers: () => answers.hold(),
    releaseAnswers: () => answers.release(),
    get swallowed() {
      return swallowed;
    },
    cut,
    heal: () => {
      isCut = false;
    },
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

class Answers {
  #held: (() => void)[] | undefined;

  give(answer: () => void): void {
    if (this.#held) this.#held.push(answer);
    else answer();
  }

  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    for (const answer of this.#held ?? []) answer();
    this.#held = undefined;
  }
}
