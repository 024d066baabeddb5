import { z } from 'zod';

/** How text from the environment becomes values. Messages never quote what was given. */

export function integer(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(least < 0 ? /^(0|-?[1-9][0-9]{0,14})$/ : /^[0-9]{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message);
}

export function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `must be one of ${names.join(', ')}` });
}

/** A comma list without repeats. */
export function listOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  const message = `must be a comma list of ${names.join(', ')}, none twice`;
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every((part) => names.includes(part)), message)
    .refine((parts) => new Set(parts).size === parts.length, message)
    .transform((parts) => parts as Names[number][]);
}

/** JSON by a schema. The parser's own message isn't passed on: it quotes its input. */
export function jsonOf<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'must be JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

export function urlOf(...protocols: readonly string[]) {
  const message = `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`;
  return z
    .string()
    .max(2_000)
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), message);
}

/** `postgres`, or where EventStoreDB or KurrentDB is, with as many hosts as the cluster has. */
export function eventStore() {
  const hosts = '[A-Za-z0-9.-]+(:[0-9]{1,5})?(,[A-Za-z0-9.-]+(:[0-9]{1,5})?){0,20}';
  const credentials = '([^@/?#:]+:[^@/?#]+@)?';
  const form = new RegExp(
    `^(esdb|kurrentdb)([+]discover)?://${credentials}${hosts}/?([?][^?#\\s]*)?$`,
  );
  const message =
    'must be postgres, or a connection string that begins with esdb://, esdb+discover://, ' +
    'kurrentdb:// or kurrentdb+discover://';
  return z
    .string()
    .max(2_000)
    .refine((text) => text === 'postgres' || form.test(text), message);
}
