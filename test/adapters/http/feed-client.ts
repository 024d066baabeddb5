/** What came of the feed, as a client on the network has it. */
export interface Received {
  readonly id: string;
  /** Empty: a heartbeat. */
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Yields until the server ends the answer or the caller stops. */
export async function* receive(
  url: string,
  authorization: string,
  lastEventId: string | null = null,
): AsyncGenerator<Received> {
  const aborting = new AbortController();
  const headers = { authorization, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) };
  try {
    const response = await fetch(url, { headers, signal: aborting.signal });
    if (response.status !== 200 || !response.body) throw new Error(await response.text());
    let text = '';
    let id = lastEventId ?? '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = new Map(
          block.split('\n').map((line) => {
            const at = line.indexOf(': ');
            return [line.slice(0, at), line.slice(at + 2)];
          }),
        );
        id = fields.get('id') ?? id;
        const data = JSON.parse(fields.get('data') ?? '{}');
        yield { id, event: fields.get('event') ?? '', data };
      }
    }
  } finally {
    aborting.abort();
  }
}
