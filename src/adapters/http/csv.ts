import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Position } from '../../event-store.ts';

export const format = z.enum(['json', 'csv']).optional().meta({
  description: 'Without it what `accept` says: text/csv, or else JSON',
});

/** In a route's answers, beside its JSON. */
export const csv = { 'text/csv': { schema: z.string().meta({ description: 'RFC 4180' }) } };

export function wantsCsv(request: FastifyRequest, format: 'json' | 'csv' | undefined): boolean {
  return format === undefined ? accepts(request, 'text/csv') : format === 'csv';
}

const accepts = ({ headers }: FastifyRequest, mediaType: string) =>
  (headers.accept ?? '').split(/[,;]/).some((part) => part.trim() === mediaType);

export type CsvCell = string | number | null;

const NEEDS_QUOTES = /[",\r\n]/;
/** With one of these a spreadsheet begins a formula, which may send what stands beside it away. */
const BEGINS_FORMULA = /^[=+\-@\t\r\n]/;
const NUMBER = /^-?[0-9]+$/;

/**
 * Ids are whatever a game service called its things. One that would be a formula becomes text by an
 * apostrophe, as OWASP has it; a number stays one, also below zero.
 */
function cellText(cell: CsvCell): string {
  const text = cell === null ? '' : String(cell);
  if (BEGINS_FORMULA.test(text) && !NUMBER.test(text)) return quoted(`'${text}`);
  return NEEDS_QUOTES.test(text) ? quoted(text) : text;
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** RFC 4180 with a header; empty for null. What it reflects stands in the headers. */
export function sendCsv(
  reply: FastifyReply,
  { position, time }: { readonly position: Position; readonly time: string },
  columns: readonly string[],
  rows: readonly (readonly CsvCell[])[],
): FastifyReply {
  const lines = [columns, ...rows].map((cells) => `${cells.map(cellText).join(',')}\r\n`);
  return reply
    .type('text/csv; charset=utf-8')
    .headers({ 'x-position': position, 'x-time': time })
    .send(lines.join(''));
}
