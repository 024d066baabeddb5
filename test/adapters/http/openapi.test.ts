import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from './stage.ts';

interface Media {
  schema: Record<string, unknown>;
  example?: unknown;
  examples?: Record<string, { value: Record<string, unknown> }>;
}
interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  description?: string;
  example?: unknown;
  schema: { examples?: unknown[] };
}
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string; description: string };
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    securitySchemes: Record<string, { type: string }>;
    schemas: Record<string, { properties: { code: { enum: string[] } } }>;
  };
}

let stage: Stage;
let document: Document;
let operations: [string, Operation][];
beforeAll(async () => {
  stage = await openStage();
  document = (await stage.as(null, { url: '/openapi.json' })).json();
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
});
afterAll(() => stage.close());

describe('the OpenAPI document', () => {
  it('is 3.1 with what the specification requires', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: 'Countinghouse', version: '1.2.3' });
    expect(document.info.description).toContain('HMAC-SHA256');
  });

  it('has every route that is served, and no other', () => {
    const served = stage.app.routeTable
      .entries()
      .filter(({ url }) => !url.startsWith('/docs') && url !== '/openapi.json')
      .map(({ method, url }) => `${method} ${url.replace(/:([a-z]+)/g, '{$1}')}`);
    expect(operations.map(([name]) => name).sort()).toEqual(served.sort());
  });

  it('names each operation once, with tag, summary and an answer', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map(({ name }) => name);
    for (const [name, operation] of operations) {
      expect(operation.summary, name).toMatch(/\S/);
      expect(tags, name).toContain(operation.tags[0]);
      const [ok] = Object.keys(operation.responses).filter((status) => status.startsWith('2'));
      const answer = operation.responses[ok ?? ''];
      expect(answer?.description, name).not.toBe('Default Response');
      const text = ['text/csv', 'text/event-stream', 'text/plain'].find(
        (type) => answer?.content?.[type],
      );
      const schema = answer?.content?.[text ?? 'application/json']?.schema;
      expect(schema, name).toMatchObject({ type: text ? 'string' : 'object' });
    }
  });

  it('declares every path parameter, and a body with an example for every POST', () => {
    for (const [name, { parameters = [], requestBody }] of operations) {
      const inPath = [...name.matchAll(/\{([a-z]+)\}/g)].map(([, parameter]) => parameter);
      const declared = parameters.filter((p) => p.in === 'path' && p.required);
      expect(declared.map((p) => p.name).sort(), name).toEqual(inPath.sort());
      for (const parameter of parameters) expect(parameter.schema, name).toBeTypeOf('object');
      if (!name.startsWith('POST')) continue;
      const media = requestBody?.content['application/json'];
      expect(media?.schema, name).toMatchObject({ type: 'object', additionalProperties: false });
      expect(media?.example, name).toBeTypeOf('object');
    }
  });

  it('has no example where the page would ask with it, and tells it in words', () => {
    const optional = operations.flatMap(([, { parameters = [] }]) =>
      parameters.filter(({ required }) => !required),
    );
    const filled = optional.filter(({ example, schema }) => example ?? schema.examples);
    expect(filled).toEqual([]);
    const waits = optional.filter(({ name }) => name === 'waitFor');
    expect(waits.length).toBeGreaterThan(20);
    for (const { description } of waits) expect(description).toMatch(/\. Example: `0{14}42`$/);
  });

  it('has examples that the routes themselves take', async () => {
    await stage.player('p-1001', '100000000');
    const order = [
      'registerPlayer',
      'placeBet',
      'creditWin',
      'closeRound',
      'rollBack',
      'creditStakeless',
      'runBatch',
    ];
    const named = new Map(operations.map(([name, operation]) => [operation.operationId, name]));
    for (const id of order) {
      const [method, path = ''] = named.get(id)?.split(' ') ?? [];
      expect(method).toBe('POST');
      const operation = document.paths[path]?.post;
      const body = operation?.requestBody?.content['application/json']?.example;
      const answer = await stage.as('acme', { method: 'POST', url: path, body });
      expect([400, 422], `${id} ${answer.body}`).not.toContain(answer.statusCode);
    }
  });

  it('defines every security scheme that it uses, and uses every one', () => {
    const schemes = Object.keys(document.components.securitySchemes).sort();
    const used = operations.flatMap(([, { security }]) => security.flatMap((s) => Object.keys(s)));
    expect([...new Set(used)].sort()).toEqual(schemes);
    const open = operations.filter(([, { security }]) => security.length === 0);
    expect(open.map(([name]) => name)).toEqual(['GET /health', 'GET /ready', 'GET /problems']);
    const bets = document.paths['/v1/bets']?.post;
    expect(bets?.security).toEqual([{ keyId: [], timestamp: [], signature: [] }]);
  });

  it('shows the problems of each operation by code, with examples', () => {
    const { enum: codes } = document.components.schemas.Problem?.properties.code ?? { enum: [] };
    for (const [name, { responses }] of operations) {
      const problems = Object.entries(responses).flatMap(([status, { content }]) => {
        const media = content?.['application/problem+json'];
        if (!media) return [];
        expect(media.schema).toEqual({ $ref: '#/components/schemas/Problem' });
        return Object.entries(media.examples ?? {}).map(([code, example]) => {
          expect(codes, name).toContain(code);
          expect(example.value, name).toMatchObject({ code, status: Number(status) });
          return code;
        });
      });
      expect(problems, name).toContain('internal');
      if (name.includes('/v1/')) expect(problems, name).toContain('unauthenticated');
    }
    const funds = document.paths['/v1/bets']?.post?.responses['409'];
    expect(funds?.content?.['application/problem+json']?.examples).toMatchObject({
      'insufficient-funds': { value: { available: '1000000', requested: '2500000' } },
    });
  });

  it('has no dangling reference and no schema that says nothing', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)];
    for (const [, reference = ''] of references) {
      const parts = reference.replace('#/', '').split('/');
      const found = parts.reduce<unknown>(
        (node, part) => (node as Record<string, unknown> | undefined)?.[part],
        document,
      );
      expect(found, reference).toBeTypeOf('object');
    }
    expect(JSON.stringify(document)).not.toContain('__SCHEMA__');
  });
});

describe('the page', () => {
  it('loads with all its assets from here, and names no other host', async () => {
    const page = await stage.as(null, { url: '/docs' });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    const assets = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
    expect(assets.length).toBeGreaterThan(5);
    for (const url of assets) {
      expect(url).toMatch(/^\/docs\/static\//);
      expect((await stage.as(null, { url })).statusCode, url).toBe(200);
    }
    expect(page.body).not.toMatch(/https?:/);
    const css = (await stage.as(null, { url: '/docs/static/swagger-ui.css' })).body;
    expect(css).not.toMatch(/@import|url\(["']?https?:/);
    const start = (await stage.as(null, { url: '/docs/static/swagger-initializer.js' })).body;
    expect(start).toContain("url: resolveUrl('./json')");
    expect(start).toContain('validatorUrl: null');
  });

  it('may fetch only from here, whatever its scripts would like', async () => {
    const page = await stage.as(null, { url: '/docs' });
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/https?:|\*/);
  });

  it('reads the same document, so that a bearer key can be entered and calls tried', async () => {
    const served = (await stage.as(null, { url: '/docs/json' })).json();
    expect(served).toEqual(document);
    expect(served.components.securitySchemes.bearer).toMatchObject({
      ...{ type: 'http', scheme: 'bearer' },
    });
    // Without servers a call goes to where the page came from.
    expect(served.servers ?? []).toEqual([]);
  });
});
