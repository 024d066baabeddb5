import type { z } from 'zod';

/** Makes the data of one version into that of the next: of all that was ever written. */
export type Upcast = (old: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** One event type: the schema of its newest version, and the way there from old ones. */
export interface EventDefinition<Schema extends z.ZodType = z.ZodType> {
  readonly version: number;
  readonly schema: Schema;
  /** By the version that each one starts from: 1 leads to 2. */
  readonly upcasts: Readonly<Record<number, Upcast>>;
}

export function define<Schema extends z.ZodType>(
  version: number,
  schema: Schema,
  upcasts: Readonly<Record<number, Upcast>> = {},
): EventDefinition<Schema> {
  for (let old = 1; old < version; old++) {
    if (upcasts[old] === undefined) throw new TypeError(`version ${old} can't be read any more`);
  }
  return { version, schema, upcasts };
}

/** Data as version `written` has it, in the newest shape. */
export function upcast(
  { version, upcasts }: EventDefinition,
  written: number,
  data: unknown,
): unknown {
  let newest = data as Readonly<Record<string, unknown>>;
  for (let old = written; old < version; old++) newest = upcasts[old]?.(newest) ?? newest;
  return newest;
}

/** The closed union of events of a noun, from its table of definitions. */
export type EventOf<Table extends Record<string, EventDefinition>> = {
  [Type in keyof Table & string]: {
    readonly type: Type;
    readonly data: Readonly<z.output<Table[Type]['schema']>>;
  };
}[keyof Table & string];
