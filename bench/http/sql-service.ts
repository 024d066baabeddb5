import { timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type Signer, signer } from '../../src/adapters/http/signature.ts';
import { SqlLedger } from '../baselines/sql-ledger.ts';
import { type ServiceOptions, serve } from './service.ts';

const WINDOW_SECONDS = 300;
const text = { type: 'string', minLength: 1, maxLength: 128 };

const BODY = {
  type: 'object',
  required: ['player', 'transaction', 'round', 'game', 'amount'],
  properties: {
    ...{ brand: text, player: text, currency: text, transaction: text, round: text, game: text },
    amount: { type: 'string', pattern: '^[1-9][0-9]{0,17}$' },
  },
};

const ANSWER = {
  type: 'object',
  properties: {
    transaction: { type: 'string' },
    available: { type: 'string' },
    position: { type: 'string' },
    repeat: { type: 'boolean' },
  },
};

interface BetBody {
  readonly player: string;
  readonly transaction: string;
  readonly round: string;
  readonly game: string;
  readonly amount: string;
}

/** The baseline behind fastify: the same signature over the same bytes, a schema in and one out. */
function createSqlServer(ledger: SqlLedger, options: ServiceOptions): FastifyInstance {
  const { keyId, secret, provider } = options;
  const app = Fastify({ logger: false });
  const sign = signer(secret);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (!isSigned(request, bytes as Buffer, keyId, sign)) return done(new Error('not signed'));
    done(null, JSON.parse(bytes.toString()));
  });
  app.post<{ Body: BetBody }>(
    '/v1/bets',
    { schema: { body: BODY, response: { 200: ANSWER } } },
    async ({ body }) => {
      const { player, transaction, round, game } = body;
      const amount = Number(body.amount);
      const bet = { account: player, provider, transaction, round, game, amount };
      const answer = await ledger.bet(bet);
      if (!answer) throw new Error('insufficient funds');
      const { balance, id, repeat } = answer;
      return { transaction, available: String(balance), position: String(id), repeat };
    },
  );
  return app;
}

function isSigned(
  { headers, method, url }: FastifyRequest,
  body: Buffer,
  keyId: string,
  sign: Signer,
): boolean {
  const timestamp = String(headers['x-timestamp']);
  const given = Buffer.from(String(headers['x-signature']));
  const wanted = Buffer.from(sign({ timestamp, method, path: url, body }));
  const isFresh = Math.abs(Date.now() / 1_000 - Number(timestamp)) <= WINDOW_SECONDS;
  const isKey = headers['x-key-id'] === keyId;
  return isKey && isFresh && given.length === wanted.length && timingSafeEqual(given, wanted);
}

await serve(async (options) => {
  const ledger = await SqlLedger.open(options.databaseUrl, options.connections);
  const app = createSqlServer(ledger, options);
  return {
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    async close() {
      await app.close();
      await ledger.close();
    },
  };
});
