import { createHash, type Hash } from 'node:crypto';
import type { EventStore, NewEvent, RecordedEvent, StreamAppend } from './event-store.ts';

/** The logs are not such that one can become the copy of the other. Nothing was changed by then. */
export class CopyRefused extends Error {
  override readonly name = 'CopyRefused';
}

export type CopyPhase = 'reading the source' | 'copying' | 'verifying the target';

export interface CopyOptions {
  readonly from: EventStore;
  readonly to: EventStore;
  /** How many streams' events may go in one append: 1 where they could overtake each other. */
  readonly partsPerAppend: number;
  /** After each batch; the total is known once the source was read. */
  readonly onProgress: (phase: CopyPhase, done: number, total: number | null) => void;
}

export interface CopyResult {
  readonly events: number;
  /** Found in the target, from an earlier run. */
  readonly found: number;
  /** Of every event's stream, revision, id, type and bytes, in the order of the log. */
  readonly digest: string;
}

const REPORT_EVERY = 500;
const EVENTS_PER_APPEND = 500;
const APPEND_BYTES = 500_000;

/**
 * Brings every event over, in order, under the same id, stream and revision. Where it stopped it
 * goes on: what the target holds must be the beginning of the source, event by event.
 */
export async function copyLog(options: CopyOptions): Promise<CopyResult> {
  const { from, to, onProgress } = options;
  const source = await digestOf(from, (done) => onProgress('reading the source', done, null));
  const found = await copyMissing(options, source.events);
  const total = source.events;
  const target = await digestOf(to, (done) => onProgress('verifying the target', done, total));
  if (target.events !== source.events || target.digest !== source.digest) {
    throw new Error(
      `the copy has ${target.events} events (${target.digest}), ` +
        `the source ${source.events} (${source.digest}): one of them was written to meanwhile`,
    );
  }
  return { events: source.events, found, digest: source.digest };
}

/** Also sees to it that each stream is whole: from its first event on, without a gap. */
async function digestOf(store: EventStore, onProgress: (done: number) => void) {
  const hash = createHash('sha256');
  const revisions = new Map<string, number>();
  let events = 0;
  for await (const event of store.readAll()) {
    const { stream, revision } = event;
    const expected = (revisions.get(stream) ?? -1) + 1;
    if (revision !== expected) {
      throw new CopyRefused(`stream ${stream} goes on with ${revision}, not with ${expected}`);
    }
    revisions.set(stream, revision);
    addTo(hash, event);
    if (++events % REPORT_EVERY === 0) onProgress(events);
  }
  onProgress(events);
  return { events, digest: hash.digest('hex') };
}

function addTo(hash: Hash, { stream, revision, id, type, data, metadata }: RecordedEvent): void {
  hash.update(`${JSON.stringify([stream, revision, id, type, data, metadata])}\n`);
}

/** How many were there already. */
async function copyMissing(options: CopyOptions, total: number): Promise<number> {
  const { from, to, onProgress, partsPerAppend } = options;
  const existing = to.readAll()[Symbol.asyncIterator]();
  const batch = new Batch(partsPerAppend);
  let found = 0;
  let done = 0;
  let isAtEnd = false;
  const report = () => onProgress('copying', done, total);
  for await (const event of from.readAll()) {
    if (!isAtEnd) {
      const { value, done: isOver } = await existing.next();
      isAtEnd = isOver === true;
      if (value && !isSame(event, value)) throw differs(event, value);
      if (value) found++;
    }
    if (isAtEnd) {
      if (!batch.takes(event)) await send(to, batch.empty());
      batch.add(event);
    }
    if (++done % REPORT_EVERY === 0) report();
  }
  await send(to, batch.empty());
  report();
  if (!isAtEnd && !(await existing.next()).done) {
    throw new CopyRefused('the target goes on where the source ends');
  }
  return found;
}

/** Consecutive events of a stream are one part; a stream that comes again begins a new append. */
class Batch {
  readonly #most: number;
  #parts = new Map<string, StreamAppend & { readonly events: NewEvent[] }>();
  #last = '';
  #events = 0;
  #bytes = 0;

  constructor(partsPerAppend: number) {
    this.#most = partsPerAppend;
  }

  takes({ stream, data, metadata }: RecordedEvent): boolean {
    if (this.#events >= EVENTS_PER_APPEND) return false;
    if (this.#events > 0 && this.#bytes + data.length + metadata.length > APPEND_BYTES)
      return false;
    return stream === this.#last || (!this.#parts.has(stream) && this.#parts.size < this.#most);
  }

  add({ stream, revision, id, type, data, metadata }: RecordedEvent): void {
    const part = this.#parts.get(stream) ?? { stream, expectedRevision: revision - 1, events: [] };
    part.events.push({ id, type, data, metadata });
    this.#parts.set(stream, part);
    this.#last = stream;
    this.#events++;
    this.#bytes += data.length + metadata.length;
  }

  empty(): StreamAppend[] {
    const parts = [...this.#parts.values()];
    this.#parts = new Map();
    this.#last = '';
    this.#events = 0;
    this.#bytes = 0;
    return parts;
  }
}

async function send(to: EventStore, parts: readonly StreamAppend[]): Promise<void> {
  if (parts.length === 0) return;
  for (const outcome of await to.append(parts)) {
    if (!outcome.ok) throw outcome.error;
  }
}

function isSame(one: RecordedEvent, other: RecordedEvent): boolean {
  const { position: _, ...rest } = one;
  return Object.entries(rest).every(([key, value]) => other[key as keyof typeof rest] === value);
}

function differs(source: RecordedEvent, target: RecordedEvent): CopyRefused {
  const at = ({ stream, revision, id }: RecordedEvent) => `${stream} ${revision} (${id})`;
  return new CopyRefused(
    `the target is not empty, and differs: it has ${at(target)} where the source has ${at(source)}`,
  );
}
