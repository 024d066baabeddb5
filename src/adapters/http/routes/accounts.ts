import { z } from 'zod';
import { missingPlayer, no } from '../../../commands/house.ts';
import { metadataSchema } from '../../../domain/events.ts';
import { type AccountRef, streams } from '../../../domain/ids.ts';
import type { Position, RecordedEvent } from '../../../event-store.ts';
import { NotYetThere } from '../../../projections/read-models.ts';
import { isoTime } from '../../../system.ts';
import { accepted } from '../contexts.ts';
import { wrongCursor } from '../cursors.ts';
import type { Api, RouteDeps } from '../deps.ts';
import {
  accountPath,
  page,
  pageAnswer,
  pageRequest,
  paging,
  position,
  readOptions,
  time,
} from '../schemas.ts';

const historyEvent = z.object({
  id: z.string(),
  revision: z.int(),
  position,
  type: z.string().meta({ examples: ['BetDebited'] }),
  time,
  actor: z.object({ kind: z.string(), id: z.string() }),
  commandId: z.string(),
  causationId: z.string(),
  correlationId: z.string(),
  schemaVersion: z.int(),
  data: z.record(z.string(), z.unknown()),
});

/** What the log itself says of an account, event by event. */
export function accountRoutes(app: Api, deps: RouteDeps): void {
  const { house, system } = deps;
  app.get(
    '/v1/accounts/:brand/:player/:currency/history',
    {
      config: {
        roles: ['back-office', 'auditor'],
        problems: [
          'player-not-found',
          'account-not-found',
          'currency-unknown',
          'read-model-behind',
        ],
      },
      schema: {
        operationId: 'readAccountHistory',
        tags: ['Accounts'],
        summary: 'The events that made the balance, oldest first, straight from the log',
        params: accountPath,
        querystring: z.strictObject(paging),
        response: { 200: page(historyEvent).describe("A page of the account's events") },
      },
    },
    async ({ params, query }) => {
      await checkAccount(deps, params);
      const head = await reached(deps, readOptions(query.waitFor).waitFor);
      const scope = { list: 'history', filter: params };
      const { limit, after } = pageRequest(scope, query);
      const from = after === null ? 0 : revisionOf(after) + 1;
      const stream = streams.account(params);
      const items: ReturnType<typeof shown>[] = [];
      let next: string | null = null;
      for await (const recorded of house.store.readStream(stream, { from, limit: limit + 1 })) {
        if (recorded.position > head) break;
        if (items.length === limit) next = String(items.at(-1)?.revision);
        else items.push(shown(recorded));
      }
      if (items.length === 0 && from === 0) accepted(no('account-not-found', { ...params }));
      const at = { position: head, time: isoTime(system.now()) };
      return { ...at, ...pageAnswer(scope, { items, next }) };
    },
  );
}

export async function checkAccount({ house }: RouteDeps, account: AccountRef): Promise<void> {
  const { currency } = account;
  if (!house.assets.currencies.has(currency)) accepted(no('currency-unknown', { currency }));
  const missing = await missingPlayer(house, account);
  if (missing) accepted(missing);
}

const POLL_MS = 20;

/** The log's head, once it has the position. */
async function reached(
  { house, system, waitForMs }: RouteDeps,
  wanted: Position | undefined,
): Promise<Position> {
  const deadline = system.now() + waitForMs;
  for (;;) {
    const head = await house.store.head();
    if (wanted === undefined || head >= wanted) return head;
    if (system.now() >= deadline) throw new NotYetThere(wanted, head);
    await system.sleep(POLL_MS);
  }
}

function revisionOf(after: string): number {
  const revision = Number(after);
  if (!/^[0-9]{1,15}$/.test(after) || !Number.isSafeInteger(revision)) throw wrongCursor();
  return revision;
}

/** As recorded: an old event is shown as it is, whatever this version would write today. */
function shown({ id, revision, position, type, data, metadata }: RecordedEvent) {
  return {
    ...{ id, revision, position, type },
    ...metadataSchema.parse(JSON.parse(metadata)),
    data: JSON.parse(data) as Record<string, unknown>,
  };
}
