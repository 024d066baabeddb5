import { realSystem } from './adapters/system.ts';

const BAR_CHARS = 24;
const BETWEEN_MS = 200;
const PIPED_BETWEEN_MS = 5_000;

/** A bar with rate and time left; on what is no terminal, a line now and then. */
export class Progress {
  readonly #out: NodeJS.WriteStream;
  #phase = '';
  #began = 0;
  #shown = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(phase: string, done: number, total: number | null): void {
    const now = realSystem.now();
    if (phase !== this.#phase) {
      this.end();
      this.#phase = phase;
      this.#began = now;
      this.#shown = 0;
    }
    const between = this.#out.isTTY ? BETWEEN_MS : PIPED_BETWEEN_MS;
    if (now - this.#shown < between && done !== total) return;
    this.#shown = now;
    const line = progressLine(phase, done, total, now - this.#began);
    this.#out.write(this.#out.isTTY ? `\r\x1b[2K${line}` : `${line}\n`);
  }

  end(): void {
    if (this.#phase && this.#out.isTTY) this.#out.write('\n');
    this.#phase = '';
  }
}

export function progressLine(
  phase: string,
  done: number,
  total: number | null,
  elapsedMs: number,
): string {
  const rate = elapsedMs > 0 ? (done / elapsedMs) * 1_000 : 0;
  const speed = `${Math.round(rate).toLocaleString('en')}/s`;
  if (total === null) return `${phase.padEnd(20)} ${done.toLocaleString('en')} events  ${speed}`;
  const part = total === 0 ? 1 : done / total;
  const bar = '#'.repeat(Math.round(part * BAR_CHARS)).padEnd(BAR_CHARS, '.');
  const leftSeconds = rate > 0 ? Math.ceil((total - done) / rate) : 0;
  const of = `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  const percent = `${Math.floor(part * 100)}%`.padStart(4);
  return `${phase.padEnd(20)} [${bar}] ${percent}  ${of}  ${speed}  ${timeLeft(leftSeconds)}`;
}

function timeLeft(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes} min ${seconds % 60} s left` : `${seconds} s left`;
}
