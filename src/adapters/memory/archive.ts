import type { Archive, ArchivedCore, SnapshotId, StreamSnapshot } from '../../archive.ts';
import type { RecordPage } from '../../domain/decider.ts';
import { NO_STREAM } from '../../event-store.ts';

interface Kept extends ArchivedCore {
  /** Newest first. */
  readonly pages: readonly RecordPage[];
}

/** The reference, for specs and simulations. */
export class MemoryArchive implements Archive {
  readonly #kept = new Map<string, Kept>();

  async core(stream: string, version: number): Promise<ArchivedCore | undefined> {
    return this.#kept.get(`${version} ${stream}`);
  }

  async hashes(stream: string, snapshot: SnapshotId): Promise<readonly Int32Array[] | undefined> {
    return this.#pagesOf(stream, snapshot)?.map(({ hashes }) => hashes);
  }

  async pages(
    stream: string,
    snapshot: SnapshotId,
    wanted: readonly number[],
  ): Promise<readonly RecordPage[] | undefined> {
    return this.#pagesOf(stream, snapshot)?.filter(({ hashes }) =>
      wanted.some((hash) => hashes.includes(hash)),
    );
  }

  async save(stream: string, version: number, snapshot: StreamSnapshot): Promise<boolean> {
    const name = `${version} ${stream}`;
    const kept = this.#kept.get(name);
    if ((kept?.revision ?? NO_STREAM) !== snapshot.since) return false;
    const pages = [...snapshot.runs.flat().reverse(), ...(kept?.pages ?? [])];
    this.#kept.set(name, { ...snapshot, pages });
    return true;
  }

  #pagesOf(stream: string, { version, revisions }: SnapshotId): readonly RecordPage[] | undefined {
    const kept = this.#kept.get(`${version} ${stream}`);
    return kept && revisions.includes(kept.revision) ? kept.pages : undefined;
  }
}
