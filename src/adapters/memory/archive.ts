import type { Archive, ArchivedCore, StreamSnapshot } from '../../archive.ts';
import { NO_STREAM } from '../../event-store.ts';

interface Kept extends ArchivedCore {
  readonly records: Map<string, string>;
}

/** The reference, for specs and simulations. */
export class MemoryArchive implements Archive {
  readonly #kept = new Map<string, Kept>();

  async core(stream: string, version: number): Promise<ArchivedCore | undefined> {
    return this.#kept.get(`${version} ${stream}`);
  }

  async records(
    stream: string,
    { version, revisions }: { readonly version: number; readonly revisions: readonly number[] },
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, string> | undefined> {
    const kept = this.#kept.get(`${version} ${stream}`);
    if (!kept || !revisions.includes(kept.revision)) return undefined;
    return new Map(
      keys.flatMap((key) => {
        const record = kept.records.get(key);
        return record === undefined ? [] : [[key, record]];
      }),
    );
  }

  async save(stream: string, version: number, snapshot: StreamSnapshot): Promise<boolean> {
    const name = `${version} ${stream}`;
    const kept = this.#kept.get(name);
    const revision = kept?.revision ?? NO_STREAM;
    if (kept && revision >= snapshot.revision) return false;
    if (revision < snapshot.since.revision) return false;
    const records = new Map([...(kept?.records ?? []), ...snapshot.records]);
    this.#kept.set(name, { ...snapshot, records });
    return true;
  }
}
