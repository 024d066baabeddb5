import { writeFile } from 'node:fs/promises';
import type { BenchResult, Check, Figure, Ratio } from './bench.ts';

/** A ratio without a gate always holds. */
export function holds({ value, gate, bound }: Ratio): boolean {
  if (gate === null) return true;
  return bound === 'at least' ? value >= gate : value <= gate;
}

export function passes({ ratios, checks }: BenchResult): boolean {
  return ratios.every(holds) && checks.every(({ ok }) => ok);
}

export async function writeJson(file: string, { ratios, figures }: BenchResult): Promise<void> {
  await writeFile(file, `${JSON.stringify({ ratios, figures }, null, 2)}\n`);
}

/** The whole run as text for a terminal. */
export function render(result: BenchResult): string {
  const tables = [...new Set(result.figures.map(({ table }) => table))];
  const parts = tables.map((table) =>
    figureTable(
      table,
      result.figures.filter((figure) => figure.table === table),
    ),
  );
  if (result.ratios.length > 0) parts.push(ratioTable(result.ratios));
  if (result.checks.length > 0) parts.push(checkList(result.checks));
  return parts.join('\n\n');
}

function figureTable(title: string, figures: readonly Figure[]): string {
  const columns = [...new Set(figures.map(({ column }) => column))];
  const rows = [...new Set(figures.map(({ row }) => row))];
  const cell = (row: string, column: string) => {
    const found = figures.find((figure) => figure.row === row && figure.column === column);
    return found ? `${format(found.value)}${found.unit === '' ? '' : ` ${found.unit}`}` : '';
  };
  return aligned([
    [title, ...columns],
    ...rows.map((row) => [row, ...columns.map((column) => cell(row, column))]),
  ]);
}

function ratioTable(ratios: readonly Ratio[]): string {
  const sign = ({ bound }: Ratio) => (bound === 'at least' ? '≥' : '≤');
  const limit = (ratio: Ratio, value: number | null) =>
    value === null ? '' : `${sign(ratio)} ${value}`;
  return aligned([
    ['Ratio', 'value', 'gate', 'aim', ''],
    ...ratios.map((ratio) => [
      ratio.name,
      ratio.value.toFixed(2),
      limit(ratio, ratio.gate),
      limit(ratio, ratio.aim),
      verdict(ratio),
    ]),
  ]);
}

function verdict(ratio: Ratio): string {
  if (ratio.gate === null && ratio.aim === null) return '';
  if (!holds(ratio)) return '✗';
  if (ratio.aim === null || holds({ ...ratio, gate: ratio.aim })) return '✓';
  return '✓ below the aim';
}

function checkList(checks: readonly Check[]): string {
  return aligned(
    [['Check', ''], ...checks.map(({ name, ok, detail }) => [`${ok ? '✓' : '✗'} ${name}`, detail])],
    'left',
  );
}

/** The first column to the left, the others as told. */
function aligned(rows: readonly (readonly string[])[], others: 'left' | 'right' = 'right'): string {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => {
        const width = widths[column] ?? 0;
        return column === 0 || others === 'left' ? text.padEnd(width) : text.padStart(width);
      })
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = rows.map(line);
  return [head, '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2)), ...body].join('\n');
}

/** Three digits that count; whole numbers with commas. */
export function format(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 100 || Number.isInteger(value)) {
    return Math.round(value).toLocaleString('en-US');
  }
  return value.toFixed(magnitude >= 10 ? 1 : 2);
}
