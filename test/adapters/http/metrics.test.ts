import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../support/house.ts';
import { tokenOf } from '../../support/sessions.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.player('p-1', '9000000');
});
afterAll(() => stage.close());

/** By series, without the prefix. */
async function read(): Promise<Map<string, number>> {
  const answer = await stage.as('scraper', { url: '/metrics' });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = answer.body.split('\n').filter((line) => line.startsWith('countinghouse_'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice('countinghouse_'.length, at), Number(line.slice(at + 1))];
    }),
  );
}

it('tells Prometheus how far each read model is, and how its last batch went', async () => {
  const found = await eventually('all caught up', async () => {
    const series = await read();
    const lags = [...series].filter(([name]) => name.startsWith('projection_lag_positions'));
    return lags.length > 5 && lags.every(([, lag]) => lag === 0) && series;
  });
  for (const { name, version, parkedKeys } of stage.projections()) {
    const of = (gauge: string) => found.get(`${gauge}{projection="${name}",version="${version}"}`);
    expect([of('projection_up'), of('projection_stopped')], name).toEqual([1, 0]);
    expect([of('projection_parked_keys'), of('projection_lag_seconds')], name).toEqual([
      parkedKeys,
      0,
    ]);
    expect(of('projection_last_batch_events'), name).toBeGreaterThan(0);
    expect(of('projection_last_batch_seconds'), name).toBeGreaterThanOrEqual(0);
  }
  expect(found.get('postgres_oldest_transaction_seconds')).toBeGreaterThanOrEqual(0);
});

it('counts requests by route and status, and the commands of the engine', async () => {
  const before = await read();
  const common = { player: 'p-1', currency: 'USDT', session: tokenOf('acme-games') };
  const bet = { ...common, transaction: 'm-1', round: 'm-1', game: 'dice', amount: '100' };
  const call = { method: 'POST', url: '/v1/bets', body: bet } as const;
  for (let time = 0; time < 3; time++) await stage.as('acme', call);
  await stage.as('acme', { ...call, body: { ...bet, transaction: 'm-2', amount: '99000000' } });
  const after = await read();
  const grown = (series: string) => (after.get(series) ?? 0) - (before.get(series) ?? 0);
  const route = 'method="POST",route="/v1/bets"';
  const answered = (status: number) =>
    grown(`http_request_duration_seconds_count{${route},status="${status}"}`);
  expect([answered(201) + answered(200), answered(409)]).toEqual([3, 1]);
  expect(grown('engine_commands_total')).toBeGreaterThanOrEqual(4);
  expect(grown('engine_batches_total')).toBeGreaterThanOrEqual(4);
  expect([after.get('engine_conflicts_total'), after.get('engine_waiting')]).toEqual([0, 0]);
});
