/** What players may have in common. Devices and networks are opaque: the log can't name them. */
export const USES = ['destination', 'source', 'device', 'network'] as const;
export type Use = (typeof USES)[number];

/** One thing that a player used, with how many players had used it when this one last did. */
export interface UsedReference {
  readonly use: Use;
  readonly reference: string;
  readonly players: number;
}

/** Beyond so many it is "many": no more are told apart. */
export const MOST_PLAYERS = 50;
/** Of each use the ones used last. */
const MOST_REFERENCES = 4;

/** An address is one thing, whether money came from it or went there. */
export function linkKey(use: Use, reference: string): string {
  return `${use === 'device' || use === 'network' ? use : 'address'} ${reference}`;
}

/** The same list when the player is on it, or when it is full. */
export function joined(players: readonly string[], player: string): readonly string[] {
  if (players.length >= MOST_PLAYERS || players.includes(player)) return players;
  return [...players, player];
}

/** With this one first, and of its use only the newest few. */
export function withReference(
  known: readonly UsedReference[],
  used: UsedReference,
): readonly UsedReference[] {
  const { use, reference } = used;
  const others = known.filter((each) => each.use !== use || each.reference !== reference);
  const alike = others.filter((each) => each.use === use).slice(0, MOST_REFERENCES - 1);
  return [used, ...others.filter((each) => each.use !== use || alike.includes(each))];
}
