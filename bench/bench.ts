/** What a benchmark is, and what it comes to. */
export interface Bench {
  readonly name: string;
  /** One line for `--help`. */
  readonly description: string;
  run(options: BenchOptions): Promise<BenchResult>;
}

export interface BenchOptions {
  /** Short rounds and small sizes: all of it in less than a minute. */
  readonly quick: boolean;
  /** Runs only the parts whose name holds this text. */
  readonly only?: string;
  /** Tells a person what is going on. */
  readonly say: (line: string) => void;
}

/** Ours to the baseline's, measured side by side in one run. */
export interface Ratio {
  readonly name: string;
  readonly value: number;
  /** The run fails beyond it; null: only told. */
  readonly gate: number | null;
  readonly aim: number | null;
  /** Whether more is better (`at least` the gate) or less. */
  readonly bound: 'at least' | 'at most';
}

/** One cell of a table. It holds for this machine, at this hour. */
export interface Figure {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly value: number;
  readonly unit: string;
}

/** Something that must be so, whatever the speed. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was looked at, or what was found. */
  readonly detail: string;
}

export interface BenchResult {
  readonly ratios: readonly Ratio[];
  readonly figures: readonly Figure[];
  readonly checks: readonly Check[];
}

/** The same for all cells of a row. */
export function figuresOf(
  table: string,
  row: string,
  cells: Readonly<Record<string, readonly [value: number, unit: string]>>,
): Figure[] {
  return Object.entries(cells).map(([column, [value, unit]]) => {
    return { table, row, column, value, unit };
  });
}

export function merged(results: readonly BenchResult[]): BenchResult {
  return {
    ratios: results.flatMap(({ ratios }) => ratios),
    figures: results.flatMap(({ figures }) => figures),
    checks: results.flatMap(({ checks }) => checks),
  };
}
