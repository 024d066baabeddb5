import { createServer } from '../../src/adapters/http/server.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { openMetrics } from '../../src/adapters/telemetry/metrics.ts';
import { openReadModels } from '../../src/projections/all.ts';
import { openPostgresHouse } from '../engine/house.ts';
import { serve } from './service.ts';

const WAIT_FOR_MS = 1_000;

/** The product's own server, whole; nothing is logged for each request, as in the baseline. */
await serve(async ({ databaseUrl, keyId, secret, provider }) => {
  const { house, pool, close } = await openPostgresHouse(databaseUrl);
  const app = createServer({
    house,
    system: realSystem,
    metrics: openMetrics(() => {}),
    // No bet goes near it.
    feed: { follow: () => null, stop: () => {} },
    readModels: openReadModels({ pool, system: realSystem, waitForMs: WAIT_FOR_MS }),
    keys: [{ id: keyId, role: 'game-service', provider, secret }],
    readiness: async () => [],
    logger: false,
    signatureWindowSeconds: 300,
    waitForMs: WAIT_FOR_MS,
    version: 'bench',
  });
  return {
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    async close() {
      await app.close();
      await close();
    },
  };
});
