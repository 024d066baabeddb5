/** A value on its way to a column: text that the column's type can be cast from. */
export type Cell = string | null;

/** Columns in the order in which cells stand, each with its Postgres type. */
export type Columns = Readonly<Record<string, string>>;

const NEEDS_ESCAPE = /["\\]/;
const ESCAPED = /["\\]/g;

/** The literal of a `text[]`. The driver's own is made value by value, and slower. */
export function textArray(cells: readonly Cell[]): string {
  let text = '{';
  for (let index = 0; index < cells.length; index++) {
    if (index > 0) text += ',';
    const cell = cells[index];
    if (cell === null || cell === undefined) text += 'NULL';
    else if (NEEDS_ESCAPE.test(cell)) text += `"${cell.replace(ESCAPED, '\\$&')}"`;
    else text += `"${cell}"`;
  }
  return `${text}}`;
}

/** `select c1::type, … from unnest($1::text[], …)`: rows out of one parameter for each column. */
export function selectUnnested(columns: Columns): string {
  const types = Object.values(columns);
  const cells = types.map((type, index) => `c${index}::${type}`);
  return `select ${cells.join(', ')} from ${unnested(types.length)}`;
}

export function unnested(count: number): string {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const parameters = numbers.map((index) => `$${index + 1}::text[]`);
  const names = numbers.map((index) => `c${index}`);
  return `unnest(${parameters.join(', ')}) as u (${names.join(', ')})`;
}

/** Column by column what stands row by row, as the parameters of `unnested`. */
export function parametersOf(rows: readonly (readonly Cell[])[], count: number): string[] {
  return Array.from({ length: count }, (_, column) =>
    textArray(rows.map((cells) => cells[column] ?? null)),
  );
}

/** In pieces: a parameter is one text, and neither side should hold a huge one. */
export function* pieces<Item>(items: readonly Item[], size = 10_000): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) {
    yield items.length <= size ? items : items.slice(from, from + size);
  }
}
