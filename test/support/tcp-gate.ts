import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between us and a server. Frozen: connections stand, and nothing passes either way. */
export interface TcpGate {
  readonly port: number;
  /** How many stand at this moment. */
  readonly connections: number;
  /** Frozen also means that new connections get no answer: a black hole. */
  freeze(): void;
  thaw(): void;
  /** Only what the server says is held back. */
  muffle(): void;
  cut(): void;
  close(): Promise<void>;
}

export async function openTcpGate(serverPort: number, host = '127.0.0.1'): Promise<TcpGate> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: 'open' | 'muffled' | 'frozen' = 'open';
  const apply = () => {
    for (const [client, upstream] of pairs) {
      if (state === 'frozen') client.pause();
      else client.resume();
      if (state === 'open') upstream.resume();
      else upstream.pause();
    }
  };
  const server = createServer((client) => {
    const upstream = connect(serverPort, host);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [one, other] of [pair, [upstream, client] as const]) {
      one.on('data', (data) => other.write(data));
      one.on('error', () => {});
      one.on('close', () => {
        pairs.delete(pair);
        other.destroy();
      });
    }
    apply();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  const become = (next: typeof state) => () => {
    state = next;
    apply();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return pairs.size;
    },
    freeze: become('frozen'),
    thaw: become('open'),
    muffle: become('muffled'),
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
