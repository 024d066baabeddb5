import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

/** What came of the feed, as a client on the network has it. */
export interface Received {
  readonly id: string;
  /** Empty: a heartbeat. */
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Until the server ends the answer or the caller stops; each on a connection of its own. */
export async function* receive(
  url: string,
  authorization: string,
  lastEventId: string | null = null,
): AsyncGenerator<Received> {
  const headers = { authorization, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) };
  const request = get(url, { headers, agent: false });
  // What is broken off on purpose is an error to nobody.
  request.on('error', () => {});
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    let text = '';
    let id = lastEventId ?? '';
    for await (const chunk of response.setEncoding('utf8')) {
      text += chunk;
      if (response.statusCode !== 200) throw new Error(text);
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const received = parse(block, id);
        id = received.id;
        yield received;
      }
    }
  } finally {
    request.destroy();
  }
}

function parse(block: string, lastId: string): Received {
  const fields = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)];
    }),
  );
  const data = JSON.parse(fields.get('data') ?? '{}');
  return { id: fields.get('id') ?? lastId, event: fields.get('event') ?? '', data };
}
