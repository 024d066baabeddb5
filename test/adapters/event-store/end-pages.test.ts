import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import type { Page } from '../../../src/adapters/event-store/follow.ts';
import { formatPosition, parsePosition } from '../../../src/adapters/event-store/positions.ts';
import { EndPages } from '../../../src/adapters/event-store/postgres/end-pages.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import type { Filter, Position, RecordedEvent } from '../../../src/event-store.ts';

const PAGE_EVENTS = 5;
const LOG: readonly RecordedEvent[] = Array.from({ length: 12 }, (_, index) => ({
  ...{ id: `${index}`, stream: `s${index % 3}-x`, type: `T${index % 4}`, revision: index },
  ...{ data: '{}', metadata: '{}', position: formatPosition(index + 1) },
}));

let reads: number;
let pages: EndPages;

beforeEach(() => {
  reads = 0;
  pages = new EndPages({ page }, realSystem);
});

/** As the log answers by itself. */
async function page(after: Position, filter: Filter = {}, limit = PAGE_EVENTS): Promise<Page> {
  reads++;
  const { types, streamPrefixes } = filter;
  const matching = LOG.filter(
    ({ position, type, stream }) =>
      position > after &&
      (!types?.length || types.includes(type)) &&
      (!streamPrefixes?.length || streamPrefixes.some((prefix) => stream.startsWith(prefix))),
  );
  const events = matching.slice(0, limit);
  const head = formatPosition(LOG.length);
  const upTo = events.length === limit ? (events.at(-1)?.position ?? head) : head;
  return { events, upTo, isLast: parsePosition(upTo) >= LOG.length };
}

const some = (values: string[]) => fc.option(fc.subarray(values), { nil: undefined });
const filters = fc
  .record({ types: some(['T0', 'T1', 'T3', 'U']), streamPrefixes: some(['s0', 's2-', 'z']) })
  .map(({ types, streamPrefixes }) => ({
    ...(types ? { types } : {}),
    ...(streamPrefixes ? { streamPrefixes } : {}),
  }));
const asked = fc.array(
  fc.record({ after: fc.nat(LOG.length).map(formatPosition), filter: filters }),
  { minLength: 1, maxLength: 6 },
);

test('each has all that its filter lets through, in order and once, whoever asks beside it', () =>
  fc.assert(
    fc.asyncProperty(asked, async (questions) => {
      const found = await Promise.all(
        questions.map(async ({ after, filter }) => {
          const events: RecordedEvent[] = [];
          for (let at = after; ; ) {
            const piece = await pages.page(at, filter);
            events.push(...piece.events);
            if (piece.isLast) return events;
            expect(piece.upTo >= at).toBe(true);
            at = piece.upTo;
          }
        }),
      );
      for (const [index, { after, filter }] of questions.entries()) {
        expect(found[index]).toEqual((await page(after, filter, LOG.length)).events);
      }
    }),
  ));

test('those who ask at a time are answered by one statement', async () => {
  const after = formatPosition(LOG.length - 2);
  const types = ['T2'];
  const [all, filtered] = await Promise.all([pages.page(after, {}), pages.page(after, { types })]);
  expect(all?.events).toHaveLength(2);
  expect(filtered?.events.map(({ type }) => type)).toEqual(types);
  expect(reads).toBe(1);
});
