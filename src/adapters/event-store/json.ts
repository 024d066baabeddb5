import { InvalidAppend, type NewEvent, type StreamAppend } from '../../event-store.ts';

const TEXT = String.raw`"[^"\\\x00-\x1f]*"`;
const SCALAR = String.raw`(?:${TEXT}|true|false|null|-?(?:0|[1-9]\d*))`;
/** An object of scalars, and of objects of scalars: what nearly every event is. */
const PLAIN = new RegExp(`^${objectOf(`(?:${SCALAR}|${objectOf(SCALAR)})`)}$`);
/** An expression remembers where each member began: of a long text, more than it may. */
const PLAIN_CHARS = 8_192;

/** For a store that would take any bytes: throws InvalidAppend for what is not JSON. */
export function checkJson(appends: readonly StreamAppend[]): void {
  for (const { events } of appends) for (const event of events) checkEvent(event);
}

function checkEvent({ id, data, metadata }: NewEvent): void {
  try {
    checkText(data);
    checkText(metadata);
  } catch (cause) {
    throw new InvalidAppend(`event ${id} is not JSON`, { cause });
  }
}

/** The parser makes all that it reads, which took a tenth of the engine's time on a hot account. */
function checkText(text: string): void {
  if (text.length <= PLAIN_CHARS && PLAIN.test(text)) return;
  JSON.parse(text);
}

function objectOf(value: string): string {
  return String.raw`\{(?:${TEXT}:${value}(?:,${TEXT}:${value})*)?\}`;
}
