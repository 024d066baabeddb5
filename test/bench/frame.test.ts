import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BenchResult, Ratio } from '../../bench/bench.ts';
import { Latencies, median } from '../../bench/latencies.ts';
import { drive, duel } from '../../bench/measure.ts';
import { passes, render, writeJson } from '../../bench/report.ts';

/**
 * Goal: what a benchmark says is what was measured. Method: the arithmetic on numbers known before,
 * loops that are counted, and reports that are read back. No time is asserted.
 */
describe('latencies', () => {
  const of = (...times: number[]) => {
    const latencies = new Latencies();
    for (const time of times) latencies.add(time);
    return latencies;
  };

  it('have the quantile that so many did not exceed', () => {
    const latencies = of(...Array.from({ length: 1_000 }, (_, index) => 1_000 - index));
    const shares = [0.5, 0.99, 0.999, 1];
    expect(shares.map((share) => latencies.quantile(share))).toEqual([500, 990, 999, 1_000]);
  });

  it('go on after a quantile was asked for, beyond their first room, and together', () => {
    const latencies = of(3);
    expect(latencies.quantile(1)).toBe(3);
    for (let count = 0; count < 100_000; count++) latencies.add(1);
    latencies.addAll(of(7, 9));
    expect([latencies.count, latencies.quantile(1), latencies.quantile(0.5)]).toEqual([
      100_003, 9, 1,
    ]);
  });

  it('have a median of even and odd numbers', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('a closed loop', () => {
  it('makes just so many calls, each caller one at a time', async () => {
    const underWay = new Set<number>();
    let most = 0;
    const call = async (caller: number) => {
      expect(underWay.has(caller)).toBe(false);
      underWay.add(caller);
      most = Math.max(most, underWay.size);
      await Promise.resolve();
      underWay.delete(caller);
    };
    const { count, latencies } = await drive({ callers: 5, count: 103, call });
    expect([count, latencies.count, most]).toEqual([103, 103, 5]);
  });

  it('ends with the first failure', async () => {
    let calls = 0;
    const call = async () => {
      if (++calls === 7) throw new Error('the seventh');
    };
    await expect(drive({ callers: 3, count: 1_000, call })).rejects.toThrow('the seventh');
    expect(calls).toBeLessThan(20);
  });

  it('takes turns with the baseline', async () => {
    let turns = '';
    const turn = (name: string) => async () => {
      if (!turns.endsWith(name)) turns += name;
    };
    const settings = { callers: 2, rounds: 3, roundSeconds: 0, warmUpSeconds: 0 };
    await duel({ ...settings, ours: turn('A'), baseline: turn('B') });
    expect(turns).toBe('ABABAB');
  });
});

describe('a report', () => {
  const ratio = (value: number, bound: Ratio['bound'] = 'at least'): Ratio => ({
    ...{ name: 'speed', value, gate: 2, aim: 3, bound },
  });
  const of = (ratios: Ratio[], ok = true): BenchResult => ({
    ratios,
    figures: [{ table: 'Bets', row: 'engine', column: 'p99', value: 1.234, unit: 'ms' }],
    checks: [{ name: 'sums', ok, detail: 'all of them' }],
  });

  it('fails with any gate and any check', () => {
    expect(passes(of([ratio(2), ratio(9)]))).toBe(true);
    expect(passes(of([ratio(2), ratio(1.99)]))).toBe(false);
    expect(passes(of([ratio(2, 'at most'), ratio(0.1, 'at most')]))).toBe(true);
    expect(passes(of([ratio(2.01, 'at most')]))).toBe(false);
    expect(passes(of([{ ...ratio(0), gate: null }]))).toBe(true);
    expect(passes(of([ratio(2)], false))).toBe(false);
  });

  it('shows what fails and what is below its aim', () => {
    const text = render(of([ratio(1), ratio(2.5), ratio(3)], false));
    const lines = text.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
    expect(lines.filter((line) => line.startsWith('speed'))).toEqual([
      'speed 1.00 ≥ 2 ≥ 3 ✗',
      'speed 2.50 ≥ 2 ≥ 3 ✓ below the aim',
      'speed 3.00 ≥ 2 ≥ 3 ✓',
    ]);
    expect(lines).toContain('engine 1.23 ms');
    expect(lines).toContain('✗ sums all of them');
  });

  it('is written as JSON with ratios and figures', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'countinghouse-report-'));
    const file = join(folder, 'bench.json');
    await writeJson(file, of([ratio(2)]));
    const { ratios, figures } = of([ratio(2)]);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ ratios, figures });
    await rm(folder, { recursive: true });
  });
});
