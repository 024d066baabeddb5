import type { PoolClient } from 'pg';
import { type Bucket, longestIn, percentile } from './durations.ts';
import type {
  Dimension,
  DurationMeasure,
  Durations,
  DurationsRow,
  Group,
  GroupedBy,
} from './read-model.ts';
import { condition, Groups, selected, selectGroups } from './selecting.ts';

const OF_DURATIONS: readonly Dimension[] = ['day', 'brand', 'currency', 'chain'];

interface Counted {
  readonly bucket: number;
  readonly events: string;
  readonly amount: string;
}

class Histogram {
  readonly #buckets = new Map<number, number>();
  #totalMs = 0n;
  #count = 0;

  add({ bucket, events, amount }: Counted): void {
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + Number(events));
    this.#totalMs += BigInt(amount);
    this.#count += Number(events);
  }

  row(group: Group): DurationsRow {
    const buckets: Bucket[] = [...this.#buckets]
      .map(([bucket, events]) => ({ bucket, events }))
      .sort((a, b) => a.bucket - b.bucket);
    const longest = buckets.at(-1);
    return {
      group,
      count: this.#count,
      averageMs: this.#count === 0 ? null : Number(this.#totalMs / BigInt(this.#count)),
      p50Ms: percentile(buckets, 50),
      p90Ms: percentile(buckets, 90),
      p95Ms: percentile(buckets, 95),
      p99Ms: percentile(buckets, 99),
      longestMs: longest ? longestIn(longest.bucket) : null,
    };
  }
}

/** How long deposits took to be credited, or withdrawals to be paid, on the day that it ended. */
export async function took(
  client: PoolClient,
  measure: DurationMeasure,
  request: GroupedBy,
): Promise<Durations> {
  const { by } = request;
  const { where, values } = condition(request, OF_DURATIONS);
  const names = by.length > 0 ? [selected(by, OF_DURATIONS)] : [];
  const grouping = [...by.map((_, index) => `${index + 1}`), 'bucket'].join(', ');
  const rows = new Groups(by, () => new Histogram());
  const total = new Histogram();
  const found = await selectGroups<Counted>(
    client,
    `select ${[...names, 'bucket'].join(', ')},
            sum(events)::text as events, sum(amount)::text as amount
     from durations where measure = $${values.push(measure)} and ${where} group by ${grouping}`,
    values,
  );
  for (const counted of found) {
    rows.of(counted).add(counted);
    total.add(counted);
  }
  return {
    rows: rows.inOrder().map(({ group, value }) => value.row(group)),
    total: total.row({}),
  };
}
