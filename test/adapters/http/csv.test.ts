import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CsvCell, sendCsv } from '../../../src/adapters/http/csv.ts';
import { tokenOf } from '../../support/sessions.ts';
import { openStage, type Stage } from './stage.ts';

/** What a spreadsheet has in its cells, by RFC 4180. */
async function written(cells: readonly CsvCell[]): Promise<string> {
  const app = Fastify();
  const at = { position: '1', time: '' };
  app.get('/', (_, reply) => sendCsv(reply, at, ['a'], [cells]));
  const { body } = await app.inject('/');
  return body.replace(/^a\r\n/, '').replace(/\r\n$/, '');
}

describe('a cell', () => {
  it.each([
    ['=1+1', `"'=1+1"`],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['+1+1', `"'+1+1"`],
    ['-1+1', `"'-1+1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
  ])('that would be a formula is text: %j', async (cell, text) => {
    expect(await written([cell])).toBe(text);
  });

  it('L4 that is an amount stays as it is, also below zero', async () => {
    const cells = ['2500000', '-2500000', '-1', -7, 0, null, 'a=b', "'x", `${-(10n ** 40n)}`];
    expect(await written(cells)).toBe(`2500000,-2500000,-1,-7,0,,a=b,'x,-1${'0'.repeat(40)}`);
  });
});

describe('a report', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('has what a game service called its game as text, and a loss as a number', async () => {
    await stage.player('p-1', '9000000');
    const common = { player: 'p-1', currency: 'USDT', game: '=cmd|"/C"!A0', round: 'r-1' };
    const play = (url: string, body: object) =>
      stage.as('acme', { method: 'POST', url, body: { ...common, ...body } });
    const session = tokenOf('acme-games');
    await play('/v1/bets', { session, transaction: 'b-1', amount: '1000' });
    await play('/v1/wins', { transaction: 'w-1', bet: 'b-1', amount: '3000' });
    const path = '/v1/analytics/report?by=game&provider=acme-games&format=csv';
    const url = `${path}&waitFor=${await stage.store.head()}`;
    const { body } = await stage.as('audrey', { url });
    const [header = '', line = ''] = body.split('\r\n');
    expect(line.startsWith(`"'=cmd|""/C""!A0",USDT,`)).toBe(true);
    const figure = line.split(',')[header.split(',').indexOf('amounts.ggr')];
    expect(figure).toBe('-2000');
  });
});
