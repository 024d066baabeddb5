import type { Position } from '../../event-store.ts';

export interface Offset {
  /** Of the event that set it. */
  readonly position: Position;
  readonly minutes: number;
}

const MINUTE_MS = 60_000;
/** `2026-01-31T12:00`: all moments of it have one date, because offsets are whole minutes. */
const MINUTE_CHARS = 16;

/**
 * On which business date an event falls: the UTC date of so many minutes later, as it stood at the
 * event's position. So an event that had to wait is dated as it would have been.
 */
export class BusinessDay {
  /** Oldest first. */
  readonly #offsets: Offset[];
  #minute = '';
  #offset: Offset | undefined;
  #date = '';

  constructor(first: number, moved: readonly Offset[]) {
    this.#offsets = [{ position: '', minutes: first }, ...moved];
  }

  move(offset: Offset): void {
    this.#offsets.push(offset);
  }

  /** Of an ISO 8601 time in UTC. Worked out once a minute: bets ask by the ten thousand. */
  dateOf({ time, position }: { readonly time: string; readonly position: Position }): string {
    const minute = time.slice(0, MINUTE_CHARS);
    const offset = this.#at(position);
    if (minute === this.#minute && offset === this.#offset) return this.#date;
    const moved = Date.parse(time) + offset.minutes * MINUTE_MS;
    this.#minute = minute;
    this.#offset = offset;
    this.#date = new Date(moved).toISOString().slice(0, 'YYYY-MM-DD'.length);
    return this.#date;
  }

  #at(position: Position): Offset {
    for (let index = this.#offsets.length - 1; index >= 0; index--) {
      const offset = this.#offsets[index];
      if (offset && offset.position <= position) return offset;
    }
    throw new Error('no offset stands before the first event');
  }
}
