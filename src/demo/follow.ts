import type { Client } from './client.ts';
import { sentence } from './describe.ts';
import { DemoError, type Narrator } from './narrator.ts';

interface Entry {
  readonly position: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

const PATIENCE_MS = 60_000;
const POLL_MS = 100;

const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));

/** Asks until there is something to give. */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | undefined>,
): Promise<Value> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const found = await ask();
    if (found !== undefined) return found;
    await pause();
  }
  throw new DemoError(`gave up after ${PATIENCE_MS / 1000} s: ${what}`);
}

/** Tells each new entry of a timeline as it comes, until events of the last types are all there. */
export async function tellTimeline(
  client: Client,
  path: string,
  last: readonly string[],
  narrator: Narrator,
  { after = '', label = '' }: { after?: string; label?: string } = {},
): Promise<string> {
  let told = after;
  const prefix = label === '' ? '' : `${label}: `;
  return until(`${last} of ${path}`, async () => {
    const { timeline } = await client.get(path);
    for (const { position, type, data } of timeline as readonly Entry[]) {
      if (position <= told) continue;
      narrator.line(type, prefix + sentence(type, data));
      told = position;
    }
    const types = (timeline as readonly Entry[]).map(({ type }) => type);
    return last.every((type) => types.includes(type)) ? told : undefined;
  });
}

/** The event at a position of an account's history. */
export async function tellEvent(
  client: Client,
  account: string,
  position: unknown,
  narrator: Narrator,
  more = '',
): Promise<void> {
  const { items } = await client.get(`/v1/accounts/${account}/history?limit=200`);
  const event = (items as readonly Entry[]).find((e) => e.position === position);
  if (!event) throw new DemoError(`the history of ${account} has nothing at ${position}`);
  narrator.line(event.type, `${sentence(event.type, event.data)}${more}`);
}
