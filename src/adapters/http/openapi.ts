import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Api } from './deps.ts';
import { tellExamples } from './openapi-parameters.ts';
import { documentProblems, type OpenApiDocument } from './openapi-problems.ts';
import type { RouteTable } from './route-table.ts';

/** There is one document: nothing to explore elsewhere. */
const CSS = '.topbar .download-url-wrapper { display: none !important; }';

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="220" height="40" viewBox="0 0 220 40">
  <text y="28" font-family="Georgia, serif" font-size="26" fill="#fff">Countinghouse</text>
</svg>`;

const DESCRIPTION = `Money of a casino, as a log of events.

**Amounts** are integers in the currency's smallest unit, as text. What stands in \`decimals\` and
\`display\` beside them is for people.

**Repeats are safe.** A game message has its transaction id, a withdrawal its Idempotency-Key: sent
again it is answered with its first result, for ever; the same id with other content is refused.

**Reads say what they reflect**: \`position\` and \`time\`. With \`waitFor=<position>\` the answer
comes only when the read model has that position.

**Problems** are \`application/problem+json\` (RFC 9457) with a stable \`code\`; \`GET /problems\`
lists them all.

**Signing** (game services): \`x-key-id\`, \`x-timestamp\` (Unix seconds) and \`x-signature\`, the
lower-case hex of HMAC-SHA256(secret, \`<timestamp>.<METHOD>.<path with query>.<raw body>\`).
People's tools send \`Authorization: Bearer <id>.<secret>\`.

\`x-request-id\` is echoed; \`x-correlation-id\` goes on every event that a request sets off.`;

const apiKey = (name: string, description: string) =>
  ({ type: 'apiKey', in: 'header', name, description }) as const;

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: '`<id>.<secret>` of a person or tool' },
  keyId: apiKey('x-key-id', "The game service's key id"),
  timestamp: apiKey('x-timestamp', 'Unix seconds; within the time window'),
  signature: apiKey('x-signature', 'HMAC-SHA256 over timestamp, method, path and raw body'),
} as const;

/** Only from here, and the page can't be framed. Its styles are written into the page by script. */
const DOCS_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Goes before the routes, which it listens for. */
export function document(app: Api, table: RouteTable, version: string): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Countinghouse', version, description: DESCRIPTION },
      tags: [
        'Players',
        'Games',
        'Withdrawals',
        'Deposits',
        'Wallets',
        'Risk',
        'Accounts',
        'Currencies',
        'Analytics',
        'Operations',
      ].map((name) => ({ name })),
      components: { securitySchemes },
    },
    convertConstToEnum: false,
    transform: jsonSchemaTransform,
    transformObject: (documented) => {
      const { openapiObject } = documented as { openapiObject: OpenApiDocument };
      return tellExamples(documentProblems(openapiObject, table.entries())) as never;
    },
  });

  app.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, roles: 'public' };
    });
    docs.get('/openapi.json', { schema: { hide: true, querystring: z.strictObject({}) } }, () =>
      app.swagger(),
    );
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: DOCS_POLICY,
      uiConfig: { displayRequestDuration: true, docExpansion: 'list', tryItOutEnabled: true },
      theme: { title: 'Countinghouse API', css: [{ filename: 'house.css', content: CSS }] },
      logo: { type: 'image/svg+xml', content: Buffer.from(LOGO), href: '/docs', target: '_self' },
    });
  });
}
