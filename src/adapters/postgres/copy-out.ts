import pg from 'pg';

/**
 * What COPY sends of a select: half the work of a select's own rows for the server, and less for
 * the driver. COPY takes no parameters.
 */
export async function copyOut<Row extends CopiedRow>(
  pool: pg.Pool,
  columns: readonly string[],
  from: string,
  RowClass: RowClass<Row>,
): Promise<Row[]> {
  const client = await pool.connect();
  const rows: Row[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      // An empty column more: each cell then ends alike.
      const text = `copy (select ${columns.join(', ')}, '' ${from}) to stdout`;
      const onBlock = (block: string) => cutRows(block, RowClass, rows);
      client.query(new Copy(text, onBlock, (error) => (error ? reject(error) : resolve())));
    });
    client.release();
  } catch (error) {
    client.release(!(error instanceof pg.DatabaseError));
    throw error;
  }
  return rows;
}

/** A text of many rows. */
interface Block {
  readonly text: string;
  readonly hasEscapes: boolean;
}

type RowClass<Row> = new (block: Block, at: number) => Row;

function cutRows<Row>(text: string, RowClass: RowClass<Row>, rows: Row[]): void {
  const block = { text, hasEscapes: text.includes('\\') };
  for (let at = 0; at < text.length; at = text.indexOf('\n', at) + 1) {
    rows.push(new RowClass(block, at));
  }
}

const CELL_END = '\t';

/**
 * A row. Its cells are cut out of its block when they are asked for: most are looked at once, and
 * would be a burden for as long as the rows are kept.
 */
export class CopiedRow {
  readonly #block: Block;
  readonly #from: number;
  /** The cell that was asked for last, and where it begins: those after it are found from there. */
  #column = 0;
  #at: number;

  constructor(block: Block, at: number) {
    this.#block = block;
    this.#from = at;
    this.#at = at;
  }

  /** As Postgres writes its type as text; none may be null. */
  protected cell(column: number): string {
    const { text, hasEscapes } = this.#block;
    const isBehind = column < this.#column;
    let at = isBehind ? this.#from : this.#at;
    for (let before = isBehind ? 0 : this.#column; before < column; before++) {
      at = text.indexOf(CELL_END, at) + 1;
    }
    this.#column = column;
    this.#at = at;
    const cell = text.slice(at, text.indexOf(CELL_END, at));
    return hasEscapes && cell.includes('\\') ? cell.replace(ESCAPE, meaning) : cell;
  }
}

const ESCAPE = /\\(.)/gs;
const MEANING: Readonly<Record<string, string>> = {
  ...{ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
};
const meaning = (_: string, escaped: string) => MEANING[escaped] ?? escaped;

/** What is decoded at once: more would be a large object, for which memory is fetched anew. */
const BLOCK_BYTES = 1 << 16;

/** The driver hands on the data of COPY to the query, whose own class drops it. */
class Copy extends pg.Query {
  readonly #onBlock: (rows: string) => void;
  #bytes = Buffer.allocUnsafe(BLOCK_BYTES);
  #length = 0;

  constructor(text: string, onBlock: (rows: string) => void, done: (error?: Error | null) => void) {
    super(text, (error) => {
      this.#flush();
      done(error);
    });
    this.#onBlock = onBlock;
  }

  /** Always of one row. Copied at once: the driver reads on into the same memory. */
  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    if (this.#length + chunk.length > this.#bytes.length) this.#flush();
    if (chunk.length > this.#bytes.length) this.#bytes = Buffer.allocUnsafe(chunk.length);
    chunk.copy(this.#bytes, this.#length);
    this.#length += chunk.length;
  }

  #flush(): void {
    if (this.#length > 0) this.#onBlock(this.#bytes.toString('utf8', 0, this.#length));
    this.#length = 0;
  }
}
