import { z } from 'zod';
import type { TimelineEntry } from '../../../projections/read-models.ts';
import { position, time } from '../schemas.ts';

export const timeline = z
  .array(
    z.object({
      position,
      type: z.string().meta({ examples: ['WithdrawalApproved'] }),
      time,
      actor: z.string().meta({ examples: ['back-office alice'] }),
      data: z.record(z.string(), z.unknown()),
    }),
  )
  .meta({ description: 'Every event of it, oldest first' });

export const timelineOf = (entries: readonly TimelineEntry[]) =>
  entries.map((entry) => ({ ...entry, data: { ...entry.data } }));
