import { factsOf, factsText } from '../../src/domain/risk/facts.ts';
import { follow, playerOf, referencesIn } from '../../src/domain/risk/follow.ts';
import { linkKey, type UsedReference, withReference } from '../../src/domain/risk/links.ts';
import { countWithdrawal, newPlay } from '../../src/domain/risk/play.ts';
import type { RiskRuleSet } from '../../src/domain/risk/rule-set.ts';
import { type Assessment, assess } from '../../src/domain/risk/score.ts';
import type { Happened } from './risk-histories.ts';

/** What is expected of a row, told from the whole history each time. */
export interface Expected {
  readonly of: string;
  readonly place: number;
  readonly active: Assessment;
  readonly shadow: Assessment | null;
  readonly facts: string;
}

const idOf = ({ event }: Happened) => {
  const ref = playerOf(event);
  return ref && `${ref.brand}.${ref.player}`;
};

/** Which players had used it after so many events. */
function usersOf(history: readonly Happened[], link: string, until: number): Set<string> {
  const users = new Set<string>();
  for (const each of history.slice(0, until)) {
    const player = idOf(each);
    const links = referencesIn(each.event).map(({ use, reference }) => linkKey(use, reference));
    if (player !== null && links.includes(link)) users.add(player);
  }
  return users;
}

function rulesAt(history: readonly Happened[], until: number) {
  let [active, shadow]: ({ version: number; ruleSet: RiskRuleSet } | null)[] = [null, null];
  for (const { event } of history.slice(0, until)) {
    if (event.type === 'RiskShadowEnded') shadow = null;
    if (event.type !== 'RiskRulesPublished') continue;
    const { version, ruleSet } = event.data;
    if (event.data.mode === 'active') active = { version, ruleSet };
    else shadow = { version, ruleSet };
  }
  return { active: active ?? null, shadow: shadow ?? null };
}

/** The rows of every withdrawal, and of every player at their last moment. */
export function expected(history: readonly Happened[]) {
  const withdrawals: Expected[] = [];
  const players = new Map<string, Expected>();
  for (const player of new Set(history.flatMap((each) => idOf(each) ?? []))) {
    const play = newPlay();
    let used: readonly UsedReference[] = [];
    history.forEach((each, index) => {
      if (idOf(each) !== player) return;
      const { event, timeMs } = each;
      let isMoment = follow(play, event, timeMs);
      let isNew = false;
      for (const { use, reference } of referencesIn(event)) {
        const link = linkKey(use, reference);
        isNew = !usersOf(history, link, index).has(player);
        const count = usersOf(history, link, index + 1).size;
        used = withReference(used, { use, reference, players: count });
      }
      const place = index + 1;
      const rules = rulesAt(history, place);
      const judged = (of: string, facts: ReturnType<typeof factsOf>): Expected => ({
        ...{ of, place, active: assess(facts, rules.active), facts: factsText(facts) },
        shadow: rules.shadow && assess(facts, rules.shadow),
      });
      if (event.type === 'WithdrawalRequested') {
        isMoment = true;
        const { withdrawal, currency, chain, destination } = event.data;
        countWithdrawal(play, currency, isNew, timeMs);
        used = used.map((ref) => ({
          ...ref,
          players: usersOf(history, linkKey(ref.use, ref.reference), place).size,
        }));
        const what = { currency, destination: `${chain}/${destination}`, destinationIsNew: isNew };
        withdrawals.push(judged(withdrawal, factsOf(play, used, what, timeMs)));
      }
      if (!isMoment || (rules.active ?? rules.shadow) === null) return;
      players.set(player, judged(player, factsOf(play, used, null, timeMs)));
    });
  }
  return { withdrawals, players: [...players.values()] };
}
