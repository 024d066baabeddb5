import Fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goOnTogether } from '../../../src/adapters/http/together.ts';

const app = Fastify().withTypeProvider<ZodTypeProvider>();
const seen: string[] = [];

beforeAll(async () => {
  app.addHook('onRequest', ({ url }, _reply, next) => {
    seen.push(`came ${url}`);
    next();
  });
  goOnTogether(app);
  app.addHook('preValidation', ({ url }, _reply, next) => {
    seen.push(`went ${url}`);
    if (url.endsWith('refused')) throw Object.assign(new Error('refused'), { statusCode: 401 });
    next();
  });
  app.get('/:number/:fate', async ({ url }) => {
    if (url.endsWith('failing')) throw new Error('failing');
    return url;
  });
  await app.ready();
});
afterAll(() => app.close());

const FATES = ['done', 'refused', 'failing'];
const STATUS: Record<string, number> = { done: 200, refused: 401, failing: 500 };

describe('requests that came in one turn', () => {
  it('go on in their order once all are there, and each is answered by itself', async () => {
    const urls = Array.from({ length: 30 }, (_, index) => `/${index}/${FATES[index % 3]}`);
    const answers = await Promise.all(urls.map((url) => app.inject({ url })));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(
      urls.map((url) => STATUS[url.split('/')[2] ?? '']),
    );
    expect(answers[0]?.body).toBe(urls[0]);
    expect(seen).toEqual([
      ...urls.map((url) => `came ${url}`),
      ...urls.map((url) => `went ${url}`),
    ]);
  });

  it('also when another group came before', async () => {
    expect((await app.inject({ url: '/0/done' })).statusCode).toBe(200);
    expect((await app.inject({ url: '/1/done' })).statusCode).toBe(200);
  });
});
