import { InvalidAppend, type NewEvent, type StreamAppend } from '../../event-store.ts';

/** For a store that would take any bytes: throws InvalidAppend for what is not JSON. */
export function checkJson(appends: readonly StreamAppend[]): void {
  for (const { events } of appends) for (const event of events) checkEvent(event);
}

function checkEvent({ id, data, metadata }: NewEvent): void {
  try {
    JSON.parse(data);
    JSON.parse(metadata);
  } catch (cause) {
    throw new InvalidAppend(`event ${id} is not JSON`, { cause });
  }
}
