import { z } from 'zod';
import { recordRate, recordRateInput } from '../../../commands/record-rate.ts';
import { currencyCode } from '../../../domain/ids.ts';
import { accepted, commandContext } from '../contexts.ts';
import type { Api, RouteDeps } from '../deps.ts';
import {
  asOf,
  given,
  page,
  pageAnswer,
  pageRequest,
  paging,
  position,
  readOptions,
  repeat,
} from '../schemas.ts';

const rateFields = {
  base: z.string(),
  quote: z.string(),
  day: z.string().meta({ description: 'The business date that it converts' }),
  rate: z.string().meta({ description: 'Whole quote for one whole base', examples: ['0.8675'] }),
  source: z.string(),
  baseDecimals: z.int(),
  quoteDecimals: z.int(),
};

export const rateAnswer = z.object({ ...rateFields, ...asOf }).meta({
  description: 'With the place and time of the event that recorded it',
});

const recorded = z.object({ ...rateFields, position, repeat }).describe('The rate stands');

export function rateRoutes(app: Api, { house, system, readModels }: RouteDeps): void {
  app.post(
    '/v1/rates',
    {
      config: {
        roles: ['back-office'],
        problems: ['currency-unknown', 'rate-day-in-future', 'rate-decimals-differ'],
      },
      schema: {
        operationId: 'recordRate',
        tags: ['Analytics'],
        summary: 'Record what a currency was worth in another on a day; again restates it',
        body: recordRateInput.meta({
          examples: [
            {
              ...{ base: 'USDT', quote: 'EUR', day: '2026-01-30', rate: '0.8675', source: 'ecb' },
              quoteDecimals: 2,
            },
          ],
        }),
        response: { 200: recorded, 201: recorded },
      },
    },
    async (request, reply) => {
      const context = commandContext(request, system);
      const value = accepted(await recordRate(house, request.body, context));
      return reply.code(value.repeat ? 200 : 201).send(value);
    },
  );

  app.get(
    '/v1/rates',
    {
      config: { roles: ['back-office', 'auditor'], problems: ['read-model-behind'] },
      schema: {
        operationId: 'listRates',
        tags: ['Analytics'],
        summary: 'Every rate that was ever recorded, newest first; of one day the newest counts',
        querystring: z.strictObject({
          quote: currencyCode.optional(),
          base: currencyCode.optional(),
          ...paging,
        }),
        response: { 200: page(rateAnswer).describe('A page of rates') },
      },
    },
    async ({ query: { quote, base, ...query } }) => {
      const filter = given({ quote, base });
      const scope = { list: 'rates', filter };
      const wanted = { ...filter, ...pageRequest(scope, query) };
      const { value, ...at } = await readModels.rates(wanted, readOptions(query.waitFor));
      return { ...at, ...pageAnswer(scope, value) };
    },
  );
}
