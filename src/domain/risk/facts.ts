import { GAME_KINDS, type GameKind } from '../account/game-fields.ts';
import { type Rhythm, rhythmOf } from './cadence.ts';
import type { UsedReference } from './links.ts';
import type { Play } from './play.ts';
import { type Tally, tallyOf, WINDOWS, type Window } from './windows.ts';

/** What rules are applied to: all that counts of a player, or of a withdrawal, at one moment. */
export interface Facts {
  readonly accounts: Readonly<Record<string, AccountFacts>>;
  readonly cadence: Rhythm;
  /** What the player shares with others, as of when they last used it. */
  readonly references: readonly UsedReference[];
  /** Null: these are the facts of a player. */
  readonly withdrawal: WithdrawalFacts | null;
}

export interface WithdrawalFacts {
  readonly currency: string;
  readonly destination: string;
  readonly destinationIsNew: boolean;
}

export interface AccountFacts {
  readonly windows: Readonly<Record<Window, WindowFacts>>;
  readonly minutesToWithdrawal: number | null;
}

export interface WindowFacts extends Omit<Tally, 'stakes'> {
  readonly stakes: Readonly<Partial<Record<GameKind, bigint>>>;
}

/** A quick withdrawal is told until it is out of the longest window. */
const REMEMBERED_MS = 30 * 86_400_000;

export function factsOf(
  play: Play,
  references: readonly UsedReference[],
  withdrawal: WithdrawalFacts | null,
  nowMs: number,
): Facts {
  const accounts: Record<string, AccountFacts> = {};
  for (const currency of [...play.accounts.keys()].sort()) {
    const account = play.accounts.get(currency);
    if (account === undefined) continue;
    const isRecent = nowMs - account.lastWithdrawalMs < REMEMBERED_MS;
    accounts[currency] = {
      windows: Object.fromEntries(
        WINDOWS.map((window) => [window, windowFacts(tallyOf(account.trail, window, nowMs))]),
      ) as Record<Window, WindowFacts>,
      minutesToWithdrawal: isRecent ? account.minutesToWithdrawal : null,
    };
  }
  return { accounts, cadence: rhythmOf(play.cadence), references, withdrawal };
}

function windowFacts({ stakes, ...rest }: Tally): WindowFacts {
  const byKind: Partial<Record<GameKind, bigint>> = {};
  for (let place = 0; place < stakes.length; place++) {
    const [kind, stake] = [GAME_KINDS[place], stakes[place]];
    if (stake && kind) byKind[kind] = stake;
  }
  return { ...rest, stakes: byKind };
}

/** As it is kept and shown: JSON, with amounts as text. */
export function factsText(facts: Facts): string {
  return JSON.stringify(facts, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
}
