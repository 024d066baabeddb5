import type { PoolClient } from 'pg';
import type { Position } from '../event-store.ts';
import { ProjectionStopped } from './checkpoint.ts';
import type { LogEvent } from './log-event.ts';
import type { Projection } from './projection.ts';
import { sentenceOf } from './refusals.ts';
import { parametersOf, selectUnnested } from './rows/columns.ts';

type Client = Pick<PoolClient, 'query'>;

interface Parking {
  readonly key: string;
  readonly event: LogEvent;
  /** Null: it stands behind one that could not be applied. */
  readonly error: string | null;
}

const COLUMNS = {
  ...{ schema: 'text', position: 'text', key: 'text', stream: 'text', revision: 'int' },
  ...{ event_id: 'uuid', type: 'text', error: 'text', parked_at: 'timestamptz' },
  attempts: 'int',
};
const NAMES = Object.keys(COLUMNS);

/**
 * A key as it is kept and shown. Two that look the same wait for each other, which is the safe
 * side.
 */
export const shownKey = (key: string): string => key.replaceAll('\0', '/');

/** Which events of a batch have to wait: what can't be applied, and what stands behind it. */
export class ParkingLot {
  readonly #projection: Projection;
  readonly #schema: string;
  readonly #mostInRow: number;
  /** Of this schema, those of this batch included. Unknown until the first event of a batch. */
  #keys: Set<string> | undefined;
  #parkings: Parking[] = [];
  readonly #inapplicable = new Map<Position, string>();
  #lastRefused: Position = '';
  #inRow = 0;

  constructor(projection: Projection, schema: string, mostInRow: number) {
    this.#projection = projection;
    this.#schema = schema;
    this.#mostInRow = mostInRow;
  }

  /** As far as it is known. */
  get hasKeys(): boolean {
    return (this.#keys?.size ?? 0) > 0;
  }

  /** The events that may be applied; the others stand in line for `write`. */
  async sort(events: readonly LogEvent[], client: Client): Promise<readonly LogEvent[]> {
    this.#keys ??= await this.#load(client);
    if (this.#keys.size === 0 && this.#inapplicable.size === 0) return events;
    const free: LogEvent[] = [];
    for (const event of events) {
      const key = this.#projection.keyOf(event);
      if (key === null || this.#hasToWait(event, key)) continue;
      free.push(event);
    }
    return free;
  }

  #hasToWait(event: LogEvent, key: string): boolean {
    const keys = this.#keys;
    if (!keys) return false;
    const shown = shownKey(key);
    const waits = keys.has(shown);
    const error = this.#inapplicable.get(event.position) ?? null;
    if (!waits && error === null) return false;
    keys.add(shown);
    this.#parkings.push({ key: shown, event, error: waits ? null : error });
    return true;
  }

  /**
   * From now on this event is parked. Throws ProjectionStopped for one too many with nothing
   * applied between: that is no event's fault.
   */
  refuse({ position, stream, revision }: LogEvent, error: unknown, lastApplied: Position): void {
    this.#inRow = lastApplied > this.#lastRefused ? 1 : this.#inRow + 1;
    this.#lastRefused = position;
    const reason = sentenceOf(error);
    if (this.#inRow > this.#mostInRow) {
      const { name } = this.#projection;
      throw new ProjectionStopped(
        `${name} could apply none of ${this.#inRow} events, last ${stream} ${revision}: ${reason}`,
      );
    }
    this.#inapplicable.set(position, reason);
  }

  /** Forgets what was not committed. */
  reset(): void {
    this.#keys = undefined;
    this.#parkings = [];
  }

  /** In the transaction that moves the checkpoint over them. `now` is ISO 8601. */
  async write(client: Client, now: string): Promise<void> {
    if (this.#parkings.length === 0) return;
    const rows = this.#parkings.map(({ key, event, error }) => [
      ...[this.#schema, event.position, key, event.stream, event.revision.toString()],
      ...[event.id, event.type, error, now, error === null ? '0' : '1'],
    ]);
    await client.query(
      `insert into projections.parked (${NAMES.join(', ')}) ${selectUnnested(COLUMNS)}`,
      parametersOf(rows, NAMES.length),
    );
  }

  committed(): void {
    this.#parkings = [];
    this.#inapplicable.clear();
  }

  async #load(client: Client): Promise<Set<string>> {
    const { rows } = await client.query<{ key: string }>(
      'select distinct key from projections.parked where schema = $1',
      [this.#schema],
    );
    return new Set(rows.map(({ key }) => key));
  }
}
