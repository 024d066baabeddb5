import type { Archive } from '../../archive.ts';
import { NO_STREAM } from '../../event-store.ts';
import type { Group } from './deciding.ts';
import type { EngineLimits } from './limits.ts';
import { type AnyDecider, NO_TAIL, type Stream } from './request.ts';

/**
 * Which streams are in memory, and how much of each: bounded, the least recently used leave. Long
 * ones are snapshotted, so that they come back in milliseconds, and keep only their newest records.
 */
export class Warmth {
  readonly #archive: Archive | null;
  readonly #limits: EngineLimits;
  readonly #onError: (error: unknown) => void;
  /** In the order of use. */
  readonly #streams = new Map<string, Stream>();
  readonly #saving = new Set<Promise<void>>();
  #records = 0;

  constructor(archive: Archive | null, limits: EngineLimits, onError: (error: unknown) => void) {
    this.#archive = archive;
    this.#limits = limits;
    this.#onError = onError;
  }

  streamOf(name: string, decider: AnyDecider): Stream {
    let stream = this.#streams.get(name);
    if (stream) {
      // While nobody will have to leave for long, their order is not worth its upkeep.
      const { mostStreams, mostRecords } = this.#limits;
      if (this.#streams.size < mostStreams / 2 && this.#records < mostRecords / 2) return stream;
      this.#streams.delete(name);
    } else {
      stream = {
        name,
        decider,
        phase: 'idle',
        waiting: [],
        warm: null,
        inFlight: 0,
        tail: NO_TAIL,
        records: 0,
      };
    }
    this.#streams.set(name, stream);
    return stream;
  }

  hasBegun(name: string): boolean {
    const warm = this.#streams.get(name)?.warm;
    return warm != null && warm.revision !== NO_STREAM;
  }

  /** Forgets the state: it is loaded again when it is needed. */
  cool(stream: Stream): void {
    stream.warm = null;
    this.#count(stream);
  }

  /**
   * Takes a snapshot when one is due: it counts once the group's events are in the log. And lets
   * records leave that are in the last one, now that nobody is about to read them.
   */
  afterDeciding(group: Group): void {
    const { stream, warm } = group;
    const { archived } = stream.decider;
    if (warm.mayEvict) archived?.evict(warm.state, this.#limits.recordsKept);
    warm.mayEvict = false;
    this.#count(stream);
    if (!archived || !this.#archive || warm.isBroken) return;
    if (warm.savingRevision !== null) return;
    if (warm.revision - warm.savedRevision < this.#limits.snapshotEvents) return;
    warm.savingRevision = warm.revision;
    group.snapshot = { revision: warm.revision, ...archived.snapshot(warm.state) };
  }

  /** The group is in the log: so its snapshot may be kept. */
  save(group: Group): void {
    if (!group.snapshot) return;
    const saving = this.#save(group, group.snapshot).finally(() => this.#saving.delete(saving));
    this.#saving.add(saving);
  }

  /** Lets the least recently used leave while there is more than may be. */
  bound(): void {
    const { mostStreams, mostRecords } = this.#limits;
    if (this.#streams.size <= mostStreams && this.#records <= mostRecords) return;
    for (const stream of this.#streams.values()) {
      if (this.#streams.size <= mostStreams && this.#records <= mostRecords) return;
      if (stream.phase !== 'idle' || stream.inFlight > 0 || isSaving(stream)) continue;
      this.cool(stream);
      this.#streams.delete(stream.name);
    }
  }

  /** Resolves when no snapshot is under way. */
  async drain(): Promise<void> {
    await Promise.all(this.#saving);
  }

  async #save({ stream, warm }: Group, snapshot: NonNullable<Group['snapshot']>): Promise<void> {
    const { archived } = stream.decider;
    if (!archived || !this.#archive) return;
    try {
      const whole = { ...snapshot, since: warm.savedRevision };
      if (!(await this.#archive.save(stream.name, archived.version, whole))) {
        // Another process is ahead: what is here can't be told from what is there.
        warm.isBroken = true;
        return;
      }
      warm.savedRevision = snapshot.revision;
      warm.mayEvict = true;
    } catch (error) {
      // Its records count as archived here, and aren't: the state is loaded again.
      warm.isBroken = true;
      this.#onError(error);
    } finally {
      warm.savingRevision = null;
    }
  }

  #count(stream: Stream): void {
    const { warm, decider } = stream;
    const records = warm && decider.archived ? decider.archived.size(warm.state) : 0;
    this.#records += records - stream.records;
    stream.records = records;
  }
}

const isSaving = ({ warm }: Stream): boolean => warm !== null && warm.savingRevision !== null;
