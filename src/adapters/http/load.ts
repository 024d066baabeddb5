import type { Socket } from 'node:net';
import type { Api } from './deps.ts';
import { Problem } from './problems.ts';

const MOST_IN_FLIGHT = 1_000;

/**
 * Refuses what it can't serve well: everything new once the server is closing (what is under way is
 * finished), and more requests at once than it is built for.
 */
export function limitLoad(app: Api, mostInFlight = MOST_IN_FLIGHT): void {
  let isClosing = false;
  let inFlight = 0;
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    // Node waits a minute for a connection that was opened to spare and never used.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  });
  app.addHook('onRequest', (_request, _reply, next) => {
    inFlight++;
    if (isClosing) throw new Problem('shutting-down');
    if (inFlight > mostInFlight) throw new Problem('overloaded');
    next();
  });
  app.addHook('onSend', (_request, reply, _payload, next) => {
    // Else the end would wait for whoever keeps a connection open.
    if (isClosing) reply.header('connection', 'close');
    next();
  });
  app.addHook('onResponse', (_request, _reply, next) => {
    inFlight--;
    next();
  });
}
