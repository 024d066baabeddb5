import { hashOf } from '../../src/domain/account/key-hashes.ts';
import type { RecordPage } from '../../src/domain/decider.ts';

/** A run of one page: records as JSON, by key. */
export function runOf(records: Iterable<readonly [string, string]>): readonly RecordPage[] {
  const list = [...records].toSorted(([a], [b]) => hashOf(a) - hashOf(b));
  if (list.length === 0) return [];
  const hashes = Int32Array.from(list, ([key]) => hashOf(key));
  return [{ hashes, records: Buffer.from(JSON.stringify(list)) }];
}

/** What the newest of these pages has under a key. */
export function recordOf(pages: readonly RecordPage[], key: string): string | undefined {
  for (const { records } of pages) {
    const found = new Map<string, string>(JSON.parse(Buffer.from(records).toString())).get(key);
    if (found !== undefined) return found;
  }
  return undefined;
}
