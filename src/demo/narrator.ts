import { styleText } from 'node:util';

/** What can be mended by whoever runs the demo, or a proof that failed; said without a stack. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
}

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

  /** As it is, for what is to be copied. */
  plain(text: string): void {
    this.#write(`${text}\n`);
  }
}

// styleText leaves its colours out of pipes and where NO_COLOR is set.
const bold = (text: string) => styleText('bold', text);
const dim = (text: string) => styleText('dim', text);
