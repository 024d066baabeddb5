import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ApiKey, generateDevelopmentKeys } from './config.ts';

export interface DevelopmentKeys {
  readonly keys: readonly ApiKey[];
  readonly file: string;
  /** They were made just now. */
  readonly fresh: boolean;
}

/** Made once for each data directory, and kept there for whoever may read its files. */
export async function developmentKeys(dataDir: string): Promise<DevelopmentKeys> {
  const file = join(dataDir, 'development-keys.json');
  const found = await readFile(file, 'utf8').catch(() => null);
  if (found !== null) return { keys: JSON.parse(found) as ApiKey[], file, fresh: false };
  const keys = generateDevelopmentKeys(() => randomBytes(24).toString('hex'));
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, JSON.stringify(keys, null, 2), { mode: 0o600, flag: 'wx' });
  return { keys, file, fresh: true };
}
