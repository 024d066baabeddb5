import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type ApiKey, generateDevelopmentKeys } from './config.ts';

/** Made once for each data directory; only their ids are ever logged. */
export async function developmentKeys(dataDir: string, log: Logger): Promise<readonly ApiKey[]> {
  const file = join(dataDir, 'development-keys.json');
  const found = await readFile(file, 'utf8').catch(() => null);
  if (found !== null) return JSON.parse(found) as ApiKey[];
  const keys = generateDevelopmentKeys(() => randomBytes(24).toString('hex'));
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, JSON.stringify(keys, null, 2), { mode: 0o600, flag: 'wx' });
  log.info({ ids: keys.map(({ id }) => id), file }, 'made development keys');
  return keys;
}
