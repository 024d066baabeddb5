import type { ExportWanted, JournalExport, JournalReads } from '../../ledger-reads.ts';
import { csvOf } from './csv.ts';
import { hledgerOf } from './hledger.ts';
import { walkJournal } from './walk.ts';

const WRITERS = { csv: csvOf, hledger: hledgerOf };

export async function writeJournal(
  reads: Omit<JournalReads, 'exportJournal'>,
  { format, decimals, brand, ...past }: ExportWanted,
): Promise<JournalExport> {
  const walk = await walkJournal(reads, brand, past);
  return { position: walk.position, text: WRITERS[format](walk, decimals) };
}
