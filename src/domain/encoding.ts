import { z } from 'zod';
import { canonicalJson, canonicalString } from './canonical.ts';

/** The canonical text of a value that fits for sure; undefined: it takes a closer look. */
type ShortWay = (value: unknown) => string | undefined;

interface Field {
  readonly key: string;
  /** Of its value, with what stands before that. */
  readonly memberOf: ShortWay;
}

/**
 * The canonical JSON of what a schema takes, as `parse` makes it. Throws ZodError for anything
 * else. Nearly every event is a flat object of short texts: those are checked and written in one
 * pass. Whatever doesn't pass goes the long way, and that has the last word.
 */
export function encoderOf(schema: z.ZodType): (data: object) => string {
  const longWay = (data: object) => canonicalJson(schema.parse(data));
  const fields = fieldsOf(schema);
  if (fields === undefined) return longWay;
  return (data) => shortText(fields, data as Readonly<Record<string, unknown>>) ?? longWay(data);
}

/** Undefined unless the schema is of a strict object, and every member has a short way. */
function fieldsOf(schema: z.ZodType): readonly Field[] | undefined {
  if (!(schema instanceof z.ZodObject) || schema.def.checks?.length) return undefined;
  if (!(schema.def.catchall instanceof z.ZodNever)) return undefined;
  const shape: Readonly<Record<string, z.ZodType>> = schema.shape;
  const fields: Field[] = [];
  for (const key of Object.keys(shape).sort()) {
    const before = `${fields.length === 0 ? '{' : ','}${canonicalString(key)}:`;
    const memberOf = shortWayOf(shape[key] as z.ZodType, before);
    if (memberOf === undefined) return undefined;
    fields.push({ key, memberOf });
  }
  return fields.length === 0 ? undefined : fields;
}

function shortText(
  fields: readonly Field[],
  data: Readonly<Record<string, unknown>>,
): string | undefined {
  let members = 0;
  for (const _ in data) members++;
  if (members !== fields.length) return undefined;
  let text = '';
  for (const { key, memberOf } of fields) {
    const member = memberOf(data[key]);
    if (member === undefined) return undefined;
    text += member;
  }
  return `${text}}`;
}

function shortWayOf(schema: z.ZodType, before: string): ShortWay | undefined {
  if (schema instanceof z.ZodNullable) {
    const inner = shortWayOf(schema.unwrap() as z.ZodType, before);
    const none = `${before}null`;
    return inner && ((value) => (value === null ? none : inner(value)));
  }
  if (schema instanceof z.ZodEnum) {
    const members = new Map<unknown, string>(
      schema.options.map((option) => [option, before + canonicalJson(option)]),
    );
    return (value) => members.get(value);
  }
  if (schema instanceof z.ZodRecord && schema.safeParse({}).success) {
    const empty = `${before}{}`;
    return (value) => (isEmpty(value) ? empty : undefined);
  }
  const pattern = onlyPatternOf(schema);
  if (pattern === undefined) return undefined;
  // Brand, currency, game, amount: most members say what the event before said.
  let last: string | undefined;
  let lastMember: string | undefined;
  return (value) => {
    if (value === last) return lastMember;
    if (typeof value !== 'string' || !pattern.test(value)) return undefined;
    lastMember = before + canonicalString(value);
    last = value;
    return lastMember;
  };
}

/** Of text on which nothing else is asked than that it has a form. */
function onlyPatternOf(schema: z.ZodType): RegExp | undefined {
  if (!(schema instanceof z.ZodString)) return undefined;
  const [check, ...others] = schema.def.checks ?? [];
  if (check === undefined || others.length > 0) return undefined;
  const { pattern } = check._zod.def as { readonly pattern?: RegExp };
  return check instanceof z.core.$ZodCheckRegex && pattern?.flags === '' ? pattern : undefined;
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const _ in value) return false;
  return true;
}
