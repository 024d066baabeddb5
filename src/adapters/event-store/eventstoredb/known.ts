import { type Position, START } from '../../../event-store.ts';

/**
 * What this process knows of a log, to tell a repeat: the server answers one as if it had been
 * written just now. A position at or below the end of the log as it was before the append was sent
 * is an old one; one above it belongs to whoever claims it first. What another process writes, to
 * the letter the same and in the same moment, is taken for our own by both, which it is by content.
 */
export class KnownLog {
  #end: Position = START;
  /** The log was looked at since the process began, and since an append was left in doubt. */
  isEndKnown = false;
  /** Positions above the lowest end that an append under way started from, oldest first. */
  readonly #claimed = new Set<Position>();
  readonly #underWay = new Set<Attempted>();
  readonly #turns = new Map<string, Promise<void>>();

  get end(): Position {
    return this.#end;
  }

  /** Such a position is in the log. */
  see(position: Position): void {
    if (position > this.#end) this.#end = position;
  }

  begin(): Attempted {
    const attempted = { from: this.#end };
    this.#underWay.add(attempted);
    return attempted;
  }

  /** True when it was there before, or is somebody else's in this process. */
  isRepeat(attempted: Attempted | undefined, position: Position): boolean {
    const isRepeat = position <= (attempted?.from ?? START) || this.#claimed.has(position);
    if (!isRepeat) this.#claimed.add(position);
    this.see(position);
    return isRepeat;
  }

  finish(attempted: Attempted): void {
    this.#underWay.delete(attempted);
    const [oldest] = this.#underWay;
    for (const position of this.#claimed) {
      if (oldest && position > oldest.from) break;
      this.#claimed.delete(position);
    }
  }

  /**
   * The same append sent twice at once is answered to one, while the other is left to time out. So
   * in one process they go one after the other. Undefined: nobody is before us.
   */
  turn(key: string): Promise<void> | undefined {
    return this.#turns.get(key);
  }

  take(key: string): () => void {
    let leave = () => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    this.#turns.set(key, left);
    return () => {
      this.#turns.delete(key);
      leave();
    };
  }
}

export interface Attempted {
  /** The end of the log that was known before the first byte was sent. */
  readonly from: Position;
}

const LOGS = new Map<string, { readonly known: KnownLog; stores: number }>();

/** One for each log in a process, however many stores are open on it. */
export function openKnownLog(key: string): KnownLog {
  const entry = LOGS.get(key) ?? { known: new KnownLog(), stores: 0 };
  entry.stores++;
  LOGS.set(key, entry);
  return entry.known;
}

export function closeKnownLog(key: string): void {
  const entry = LOGS.get(key);
  if (entry && --entry.stores === 0) LOGS.delete(key);
}
