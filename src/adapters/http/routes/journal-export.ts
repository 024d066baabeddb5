import { Readable } from 'node:stream';
import { z } from 'zod';
import { brandId } from '../../../domain/ids.ts';
import { EXPORT_FORMATS } from '../../../projections/ledger-reads.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { past, pastOptions } from '../periods.ts';

/** Described as text, and sent as a stream. */
const text = { schema: z.string() as unknown as z.ZodType<Readable> };

const FILES = {
  csv: { mediaType: 'text/csv; charset=utf-8', ending: 'csv' },
  hledger: { mediaType: 'text/plain; charset=utf-8', ending: 'journal' },
} as const;

/** The journal as a file, of any length: pages are read as the caller takes them. */
export function journalExportRoutes(app: Api, { readModels, house }: RouteDeps): void {
  app.get(
    '/v1/journal/export',
    {
      config: {
        roles: ['back-office', 'auditor'],
        problems: ['read-model-behind', 'before-first-transfer', 'time-not-settled'],
      },
      schema: {
        operationId: 'exportJournal',
        tags: ['Accounts'],
        summary: 'The journal as CSV or for hledger, as of a position or time',
        querystring: z.strictObject({
          format: z.enum(EXPORT_FORMATS).default('csv'),
          brand: brandId.optional(),
          ...past,
        }),
        response: {
          200: {
            description: 'Every transfer in order; hledger also gets assertions of all balances',
            content: { 'text/csv': text, 'text/plain': text },
          },
        },
      },
    },
    async ({ query }, reply) => {
      const { format, brand } = query;
      const { currencies: decimals } = house.assets;
      const filter = brand === undefined ? {} : { brand };
      const found = await readModels.exportJournal({
        ...{ format, decimals, ...filter, ...pastOptions(query) },
      });
      const { mediaType, ending } = FILES[format];
      const name = `journal-${found.position}.${ending}`;
      reply
        .type(mediaType)
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('x-position', found.position);
      return reply.send(Readable.from(found.text));
    },
  );
}
