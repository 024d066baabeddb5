import type { BenchOptions, BenchResult } from '../bench.ts';
import { type DuelResult, duel } from '../measure.ts';
import type { Server } from '../servers.ts';
import { duelFigures, eachOnce, paceOf } from './crowds.ts';
import { openOurs } from './sides.ts';

const CALLERS = 256;
/** Few enough that one commit for each is soon done while the accounts are warmed. */
const ACCOUNTS = 1_000;
const NAME = `${CALLERS} callers, against a commit for each command`;

/** What the group commit itself is worth: the same engine, held to one command in a commit. */
export async function runOneTransaction(
  server: Server,
  options: BenchOptions,
): Promise<BenchResult> {
  options.say(NAME);
  const [ours, single] = await Promise.all([
    openOurs(server, ACCOUNTS),
    openOurs(server, ACCOUNTS, { mostCommandsPerCommit: 1 }),
  ]);
  try {
    const anyAccount = () => 1 + Math.floor(Math.random() * ACCOUNTS);
    await Promise.all([ours, single].map(({ bet }) => eachOnce(ACCOUNTS, bet)));
    const result: DuelResult = await duel({
      ...{ ...paceOf(options), callers: CALLERS },
      ours: () => ours.bet(anyAccount()),
      baseline: () => single.bet(anyAccount()),
    });
    const checks = (await Promise.all([ours.check(), single.check()])).flat();
    return {
      ratios: [{ name: NAME, value: result.ratio, gate: 5, aim: null, bound: 'at least' }],
      figures: duelFigures('One transaction', NAME, result, 'one by one'),
      checks: checks.map((check) => ({ ...check, name: `one by one: ${check.name}` })),
    };
  } finally {
    await ours.close();
    await single.close();
  }
}
