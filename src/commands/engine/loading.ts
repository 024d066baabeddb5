import type { Archive } from '../../archive.ts';
import { type DomainEvent, decodeEvent } from '../../domain/events.ts';
import { type EventStore, NO_STREAM, type RecordedEvent, START } from '../../event-store.ts';
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
    const { archived } = decider;
    const knownUpTo = waiting.at(-1)?.number ?? -1;
    const snapshot = archived && (await this.#archive?.core(name, archived.version));
    const warm: Warm = {
      state: snapshot ? archived.restore(snapshot.core) : decider.initialState(),
      revision: snapshot?.revision ?? NO_STREAM,
      position: snapshot?.position ?? START,
      savedRevision: snapshot?.revision ?? NO_STREAM,
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

  async #fold(
    stream: Pick<Stream, 'name' | 'decider'>,
    warm: Warm,
    chunk: readonly RecordedEvent[],
  ): Promise<void> {
    const decoded = chunk.map(decodeEvent);
    const events = decoded.map(({ event }) => event);
    await this.#fetch(stream, warm, events);
    for (const [index, { event, metadata }] of decoded.entries()) {
      const timeMs = Date.parse(metadata.time);
      warm.state = stream.decider.evolve(warm.state, event, ++warm.revision, timeMs);
      warm.position = chunk[index]?.position ?? warm.position;
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
      const found = await this.#archive.records(name, at, [...keys]);
      if (!found) throw new SnapshotMoved(name);
      for (const key of keys) archived.put(warm.state, key, found.get(key) ?? null);
    }
  }
}

const isSomething = (command: unknown) => command !== null;
