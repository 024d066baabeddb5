import { decodeEvent } from '../../domain/events.ts';
import { streams } from '../../domain/ids.ts';
import type { EventStore } from '../../event-store.ts';

/** What was signed, read back from the log itself: nothing else is ever sent. */
export async function signedBytes(store: EventStore, withdrawal: string): Promise<string> {
  const stream = streams.withdrawal(withdrawal);
  for await (const recorded of store.readStream(stream)) {
    if (recorded.type !== 'PayoutSigned') continue;
    const { event } = decodeEvent(recorded);
    if (event.type === 'PayoutSigned') return event.data.raw;
  }
  throw new Error(`${stream} has no signed bytes`);
}
