const SEPARATOR = '\x1f';

/**
 * A list that is sent as one text: the literal of an array would have each quote of JSON escaped,
 * and unescaped again by the server. A list of one empty text would come back as an empty list.
 * Throws TypeError for a member that holds the separator.
 */
export function textList(members: readonly string[]): string {
  const text = joined(members);
  let found = -1;
  for (let left = members.length; left > 0; left--) found = text.indexOf(SEPARATOR, found + 1);
  if (found !== -1) throw new TypeError('a member of a list holds the separator');
  return text;
}

/** The same of members that are known to hold no control character. */
export const joined = (members: readonly string[]): string => members.join(SEPARATOR);

/** The `text[]` of such a parameter. */
export const listOf = (parameter: number): string => `string_to_array($${parameter}, E'\\x1f')`;
