import type { Archive } from '../../archive.ts';
import { type DomainEvent, decodeEvent } from '../../domain/events.ts';
import { type EventStore, NO_STREAM, type RecordedEvent } from '../../event-store.ts';
import { neededBy, type Stream, type Warm } from './request.ts';

/** Events of a tail whose records are fetched together. */
const CHUNK_EVENTS = 500;

/** The newest snapshot moved on while its records were read: begin again from the new one. */
class SnapshotMoved extends Error {
  override readonly name = 'SnapshotMoved';
}

/** Brings streams into memory: the newest snapshot, then the tail of the log. */
export class Loader {
  readonly #store: EventStore;
  readonly #archive: Archive | null;

  constructor(store: EventStore, archive: Archive | null) {
    this.#store = store;
    this.#archive = archive;
  }

  /** Makes the stream ready for all that waits for it. */
  async prepare(stream: Stream): Promise<void> {
    for (;;) {
      try {
        stream.warm ??= await this.#load(stream);
        const { warm } = stream;
        for (let done = 0; done < stream.waiting.length && !warm.isBroken; ) {
          const next = stream.waiting.slice(done);
          await this.#fetch(stream, warm, next.map(neededBy).filter(isSomething));
          done += next.length;
        }
        if (!warm.isBroken) return;
      } catch (error) {
        if (!(error instanceof SnapshotMoved)) throw error;
      }
      stream.warm = null;
    }
  }

  async #load({ name, decider, waiting }: Stream): Promise<Warm> {
    const knownUpTo = waiting.at(-1)?.number ?? -1;
    const { state, revision } = await this.#beginning({ name, decider });
    // Written out, as whatever a command touches: what is spread stands apart from its object, and
    // of ten thousand streams nearly all is out of the processor's caches when it is asked for.
    const warm: Warm = {
      state,
      revision,
      savedRevision: revision,
      knownUpTo,
      savingRevision: null,
      mayEvict: false,
      isBroken: false,
    };
    let chunk: RecordedEvent[] = [];
    for await (const event of this.#store.readStream(name, { from: warm.revision + 1 })) {
      chunk.push(event);
      if (chunk.length < CHUNK_EVENTS) continue;
      await this.#fold({ name, decider }, warm, chunk);
      chunk = [];
    }
    await this.#fold({ name, decider }, warm, chunk);
    return warm;
  }

  /** As of the newest snapshot; else as of no event. */
  async #beginning({ name, decider }: Pick<Stream, 'name' | 'decider'>) {
    const { archived } = decider;
    const core = archived && (await this.#archive?.core(name, archived.version));
    if (!core) return { state: decider.initialState(), revision: NO_STREAM };
    const { revision } = core;
    const at = { version: archived.version, revisions: [revision] };
    const hashes = await this.#archive?.hashes(name, at);
    if (!hashes) throw new SnapshotMoved(name);
    return { state: archived.restore(core.core, hashes), revision };
  }

  async #fold(
    stream: Pick<Stream, 'name' | 'decider'>,
    warm: Warm,
    chunk: readonly RecordedEvent[],
  ): Promise<void> {
    const decoded = chunk.map(decodeEvent);
    const events = decoded.map(({ event }) => event);
    await this.#fetch(stream, warm, events);
    for (const { event, metadata } of decoded) {
      const timeMs = Date.parse(metadata.time);
      warm.state = stream.decider.evolve(warm.state, event, ++warm.revision, timeMs);
    }
  }

  /** Puts in the records that commands or events need, until nothing is missing. */
  async #fetch(
    { name, decider }: Pick<Stream, 'name' | 'decider'>,
    warm: Warm,
    needing: readonly (DomainEvent | unknown)[],
  ): Promise<void> {
    const { archived } = decider;
    if (!archived || !this.#archive) return;
    for (;;) {
      const keys = new Set(needing.flatMap((each) => archived.missing(warm.state, each)));
      if (keys.size === 0) return;
      // What isn't in memory didn't change since the newest snapshot, so it is the same in both.
      const revisions = [warm.savedRevision, warm.savingRevision ?? warm.savedRevision];
      const at = { version: archived.version, revisions };
      const hashes = Array.from(keys, archived.hashOf);
      const pages = await this.#archive.pages(name, at, hashes);
      if (!pages) throw new SnapshotMoved(name);
      for (const key of keys) archived.put(warm.state, key, pages);
    }
  }
}

const isSomething = (command: unknown) => command !== null;
