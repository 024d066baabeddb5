import { Readable } from 'node:stream';
import { z } from 'zod';
import { brandId, playerId } from '../../../domain/ids.ts';
import { FEED_TOPICS, type FeedItem, type FeedTopic } from '../../../projections/read-models.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { LongAnswers } from '../long-answers.ts';
import { invalidInput, Problem } from '../problems.ts';
import { given } from '../schemas.ts';

/** What may wait in the process for a client that doesn't read; the socket has its own. */
const BUFFER_BYTES = 16 * 1024;
const RETRY_MS = 1_000;

const topicList = z
  .string()
  .regex(
    new RegExp(`^(${FEED_TOPICS.join('|')})(,(${FEED_TOPICS.join('|')}))*$`),
    `must be some of ${FEED_TOPICS.join(',')}`,
  )
  .default(FEED_TOPICS.join(','))
  .transform((text) => text.split(',') as FeedTopic[])
  .meta({ type: 'string', default: FEED_TOPICS.join(',') });

const lastEventId = z
  .string()
  .regex(/^([0-9]{16}|[0-9]{20}(-[0-9]{20})?)?$/, 'must be the id of an earlier event of the feed')
  .optional()
  .meta({ description: 'Go on after it: nothing is missed and nothing comes twice' });

const stream = {
  description:
    'Server-Sent Events, without end. `open` says from where; `change` has an event of the log ' +
    'that changed a row: its position is the id, and the read model has it. An id alone is a ' +
    'heartbeat. `end` says why the server closes, and after which id to go on.',
  content: {
    'text/event-stream': {
      schema: z.unknown().meta({
        type: 'string',
        examples: [
          'id: 0000000000000042\nevent: change\ndata: {"topics":["withdrawals"],"type":"…"}\n\n',
        ],
      }),
    },
  },
};

/** Changes of balances, withdrawals and deposits as they come. */
export function feedRoutes(app: Api, { house, feed, system }: RouteDeps): void {
  const answers = new LongAnswers(system);
  // Before the server waits for its answers to end: these don't by themselves.
  app.addHook('preClose', async () => {
    feed.stop();
    answers.hurry();
  });
  app.get(
    '/v1/feed',
    {
      config: { roles: ['back-office', 'auditor'], problems: ['overloaded'] },
      schema: {
        operationId: 'followChanges',
        tags: ['Operations'],
        summary: 'A live feed of changes, that goes on where it was broken off',
        headers: z.looseObject({ 'last-event-id': lastEventId }),
        querystring: z.strictObject({
          topics: topicList,
          brand: brandId.optional(),
          player: playerId.optional(),
        }),
        response: { 200: stream },
      },
    },
    async (request, reply) => {
      const { topics, brand, player } = request.query;
      const last = request.headers['last-event-id'];
      const after = last === undefined || last === '' ? null : last;
      if (after !== null && after > (await house.store.head())) throw beyondTheLog();
      const signal = answers.watch(reply.raw);
      const items = feed.follow({ ...given({ brand, player }), topics, after, signal });
      if (items === null) throw new Problem('overloaded');
      const body = Readable.from(written(items), {
        objectMode: false,
        highWaterMark: BUFFER_BYTES,
      });
      return (
        reply
          .type('text/event-stream; charset=utf-8')
          .header('x-accel-buffering', 'no')
          // Else the server's end would wait for the connection after the last answer on it.
          .header('connection', 'close')
          .send(body)
      );
    },
  );
}

function beyondTheLog(): Problem {
  const message = 'is beyond the end of the log: it is of another one';
  return invalidInput([{ field: 'last-event-id', message, in: 'header' }]);
}

async function* written(items: AsyncIterable<FeedItem>): AsyncGenerator<string> {
  for await (const item of items) yield textOf(item);
}

function textOf(item: FeedItem): string {
  const id = item.position === '' ? '' : `id: ${item.position}\n`;
  switch (item.kind) {
    case 'open':
      return `retry: ${RETRY_MS}\n${id}${eventOf('open', { position: item.position })}`;
    case 'change':
      return `${id}${eventOf('change', item.change)}`;
    case 'end':
      return `${id}${eventOf('end', { reason: item.reason, resumeAfter: item.position })}`;
    default:
      return `: still here\n${id}\n`;
  }
}

const eventOf = (name: string, data: unknown) =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
