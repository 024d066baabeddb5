import { clockDecider } from '../domain/clock/decide.ts';
import { streams } from '../domain/ids.ts';
import { OutcomeUnknown, type Position } from '../event-store.ts';
import { isoTime } from '../system.ts';
import { type House, positionOf } from './house.ts';

/** So that there is one mark a second at most, however often and by how many it is asked. */
const SETTLED_AFTER_MS = 1_000;

/**
 * Has the log say that a time (ISO 8601) is over, and answers where it says so. No clock and no
 * deadline could: an event that was decided before may be appended at any later moment. Null where
 * the time is not over, or it isn't known whether the log says so.
 */
export async function settleTime(
  { engine, system }: Pick<House, 'engine' | 'system'>,
  time: string,
): Promise<Position | null> {
  const ms = Date.parse(time);
  if (system.now() - ms < SETTLED_AFTER_MS) return null;
  const settles = isoTime(ms);
  const commandId = `settle ${settles}`;
  const context = {
    actor: { kind: 'system', id: 'clock' },
    ...{ commandId, causationId: commandId, correlationId: commandId },
  } as const;
  const command = { type: 'SettleTime', settles } as const;
  try {
    const stream = streams.clock();
    const outcome = await engine.execute(clockDecider, stream, command, context);
    return outcome.kind === 'done' ? positionOf({ engine }, stream, outcome) : null;
  } catch (error) {
    if (error instanceof OutcomeUnknown) return null;
    throw error;
  }
}
