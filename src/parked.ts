import { projectionsNamed, withLedger } from './ledger-beside.ts';
import { listParked } from './projections/parked-list.ts';
import { retryParked } from './projections/retry-parked.ts';
import { schemaInUse } from './projections/schema.ts';

/** `countinghouse parked`: what waits, the oldest first; exit code 1 when anything does. */
export async function showParked(): Promise<void> {
  await withLedger('parked', async ({ pool }) => {
    const schemas: string[] = [];
    for (const projection of projectionsNamed(undefined)) {
      schemas.push((await schemaInUse(pool, projection)).schema);
    }
    const keys = await listParked(pool, schemas);
    if (keys.length === 0) process.stdout.write('nothing is parked\n');
    for (const { schema, key, events, type, stream, position, error, ...rest } of keys) {
      const tries = rest.attempts === 1 ? 'once' : `${rest.attempts} times`;
      process.stdout.write(
        `${schema}  ${key}\n` +
          `  ${events} events wait since ${rest.since}, tried ${tries}\n` +
          `  ${type} of ${stream} at ${position}: ${error}\n`,
      );
    }
    if (keys.length > 0) process.exitCode = 1;
  });
}

/** `countinghouse parked retry [projection] [key]`: exit code 1 when something fails again. */
export async function retryParkedKeys(name?: string, key?: string): Promise<void> {
  await withLedger('parked retry', async ({ pool, store }) => {
    let count = 0;
    for (const projection of projectionsNamed(name)) {
      const options = { pool, store, ...(key === undefined ? {} : { key }) };
      for (const retried of await retryParked(projection, options)) {
        count++;
        const { events, error } = retried;
        const outcome = error === null ? `${events} events applied` : `still waits: ${error}`;
        process.stdout.write(`${projection.name}  ${retried.key}: ${outcome}\n`);
        if (error !== null) process.exitCode = 1;
      }
    }
    if (count === 0) process.stdout.write('nothing to retry\n');
  });
}
