import { z } from 'zod';
import { define, type EventOf } from '../event-definition.ts';

export const clockEvents = {
  /**
   * It was written at a later time than the one that it settles: whatever stands behind it in the
   * log belongs to what came after, whenever it says that it was decided.
   */
  TimePassed: define(1, z.strictObject({ settles: z.iso.datetime({ precision: 3 }) })),
};

export type ClockEvent = EventOf<typeof clockEvents>;
