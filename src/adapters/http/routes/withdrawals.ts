import { z } from 'zod';
import { requestWithdrawal, requestWithdrawalInput } from '../../../commands/request-withdrawal.ts';
import { externalId } from '../../../domain/ids.ts';
import { accepted, commandContext } from '../contexts.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { display, displayOf } from '../display.ts';
import { position, repeat, signedAmount } from '../schemas.ts';

const requested = z
  .object({
    withdrawal: z.string(),
    available: signedAmount,
    held: signedAmount,
    ...display,
    position,
    repeat,
  })
  .describe('The funds are held; the withdrawal waits for review');

const headers = z.looseObject({ 'idempotency-key': externalId });

const requestExample = {
  ...{ brand: 'main', player: 'p-1001', currency: 'USDT', chain: 'eip155:31337' },
  ...{ destination: '0x8ba1f109551bD432803012645Ac136ddd64DBA72', amount: '1000000' },
};

/** Asking. Deciding is in withdrawal-decisions.ts, and looking in withdrawal-queues.ts. */
export function withdrawalRoutes(app: Api, deps: RouteDeps): void {
  const { house, system } = deps;
  app.post(
    '/v1/withdrawals',
    {
      config: {
        roles: ['back-office', 'game-service'],
        problems: [
          ...(['player-not-found', 'currency-unknown', 'chain-unknown'] as const),
          ...(['asset-currency-mismatch', 'destination-invalid', 'destination-refused'] as const),
          ...(['insufficient-funds', 'account-flagged', 'key-reused', 'policy-missing'] as const),
        ],
      },
      schema: {
        operationId: 'requestWithdrawal',
        tags: ['Withdrawals'],
        summary: 'Hold the funds and ask for a payout',
        headers,
        body: requestWithdrawalInput.meta({ examples: [requestExample] }),
        response: { 200: requested, 201: requested },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const context = commandContext(request, system);
      const value = accepted(await requestWithdrawal(house, request.body, key, context));
      const { available, held } = value;
      const shown = displayOf(house.assets, request.body.currency, { available, held });
      return reply
        .code(value.repeat ? 200 : 201)
        .header('location', `/v1/withdrawals/${value.withdrawal}`)
        .send({ ...value, ...shown });
    },
  );
}
