import type { z } from 'zod';

/** One event type: the schema of its data at the newest version. */
export interface EventDefinition<Schema extends z.ZodType = z.ZodType> {
  readonly version: number;
  readonly schema: Schema;
}

export function define<Schema extends z.ZodType>(
  version: number,
  schema: Schema,
): EventDefinition<Schema> {
  return { version, schema };
}

/** The closed union of events of a noun, from its table of definitions. */
export type EventOf<Table extends Record<string, EventDefinition>> = {
  [Type in keyof Table & string]: {
    readonly type: Type;
    readonly data: Readonly<z.output<Table[Type]['schema']>>;
  };
}[keyof Table & string];
