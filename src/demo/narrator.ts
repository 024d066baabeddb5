import { styleText } from 'node:util';

/** What can be mended by whoever runs the demo, or a proof that failed; said without a stack. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
}

const SCREEN = 100;

/** Tells the story line by line, with the seconds since it began. */
export class Narrator {
  readonly #write: (text: string) => void;
  readonly #beganAt = performance.now();
  #chapter = 0;

  constructor(write: (text: string) => void = (text) => process.stdout.write(text)) {
    this.#write = write;
  }

  chapter(title: string): void {
    this.#chapter++;
    this.#write(`\n${bold(`${this.#chapter}. ${title}`)}\n`);
  }

  /** One thing that happened: its event or verb, and what it was about. */
  line(what: string, detail = ''): void {
    const seconds = ((performance.now() - this.#beganAt) / 1000).toFixed(1).padStart(5);
    this.#write(`  ${dim(`${seconds}s`)}  ${what.padEnd(24)} ${detail}\n`);
  }

  /** Columns as wide as what stands in them; what is too wide for the screen is cut. */
  table(title: string, columns: readonly string[], rows: readonly (readonly unknown[])[]): void {
    const lines = [columns, ...rows].map((cells) => cells.map((cell) => String(cell ?? '')));
    const widths = columns.map((_, at) =>
      Math.max(...lines.map((cells) => cells[at]?.length ?? 0)),
    );
    const shown = lines.map((cells) => {
      const text = cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ');
      const line = `    ${text}`.trimEnd();
      return line.length > SCREEN ? `${line.slice(0, SCREEN - 1)}…` : line;
    });
    const [header = '', ...body] = shown;
    this.#write(`\n  ${title}\n${dim(header)}\n${body.map((line) => `${line}\n`).join('')}`);
  }

  /** As it is, for what is to be copied. */
  plain(text: string): void {
    this.#write(`${text}\n`);
  }
}

// styleText leaves its colours out of pipes and where NO_COLOR is set.
const bold = (text: string) => styleText('bold', text);
const dim = (text: string) => styleText('dim', text);
