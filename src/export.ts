import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { startEmbeddedPostgres } from './adapters/postgres/embedded.ts';
import { openPool } from './adapters/postgres/pool.ts';
import { realSystem } from './adapters/system.ts';
import { loadConfig } from './config.ts';
import { assetRegistry } from './domain/assets.ts';
import { openReadModels } from './projections/all.ts';
import { EXPORT_FORMATS, type ExportWanted } from './projections/ledger-reads.ts';
import { parsePoint } from './projections/point.ts';

export interface ExportOptions {
  readonly format: string;
  readonly asOf?: string;
  readonly brand?: string;
}

/** What was asked for can't be exported: said in a sentence. */
export class ExportRefused extends Error {
  override readonly name = 'ExportRefused';
}

/** Writes the journal out of the read models of DATABASE_URL, or of the database in DATA_DIR. */
export async function exportJournal(options: ExportOptions, output: Writable): Promise<void> {
  const asked = parseOptions(options);
  const config = loadConfig(process.env);
  const embedded =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({ directory: join(config.dataDir, 'postgres') })
      : null;
  const pool = openPool(config.databaseUrl ?? embedded?.url ?? '', {
    max: 1,
    applicationName: 'countinghouse export',
    onError: () => {},
  });
  try {
    const reading = { pool, system: realSystem, waitForMs: config.waitForMs };
    const { currencies: decimals } = assetRegistry(config.currencies, config.assets);
    const { text } = await openReadModels(reading).exportJournal({ ...asked, decimals });
    await pipeline(Readable.from(text), output, { end: output !== process.stdout });
  } finally {
    await pool.end();
    await embedded?.stop();
  }
}

function parseOptions({ format, asOf, brand }: ExportOptions): Omit<ExportWanted, 'decimals'> {
  const known = EXPORT_FORMATS.find((name) => name === format);
  if (!known) throw new ExportRefused(`--format must be one of ${EXPORT_FORMATS.join(', ')}`);
  const point = asOf === undefined ? undefined : parsePoint(asOf);
  if (asOf !== undefined && !point) {
    throw new ExportRefused('--as-of must be a position, or a time such as 2026-01-31T12:00:00Z');
  }
  return { format: known, ...(point && { asOf: point }), ...(brand && { brand }) };
}
