import { readRiskRules } from './config/risk-rules.ts';
import type { Assessment } from './domain/risk/score.ts';
import { withLedger } from './ledger-beside.ts';
import { Progress } from './progress.ts';
import type { Counts, Difference } from './projections/risk/differences.ts';
import { type WhatIf, whatIf } from './projections/risk/what-if.ts';
import { totalOf } from './verify.ts';

export interface RiskReplayOptions {
  readonly rules: string;
  /** How many differences are shown of each kind; a number as text. */
  readonly examples: string;
  /** All of them. */
  readonly all?: boolean;
}

const SUBJECTS = ['withdrawals', 'players'] as const;

/** `countinghouse risk replay`: what other rules would have said of all that ever happened. */
export async function replayRisk(options: RiskReplayOptions): Promise<void> {
  const ruleSet = readRiskRules(options.rules);
  const limit = options.all ? null : Math.max(0, Math.floor(Number(options.examples)) || 0);
  await withLedger('risk replay', async (ledger) => {
    const progress = new Progress(process.stderr);
    const onProgress = (events: number, part: number) =>
      progress.show('replaying risk', events, totalOf(events, part));
    await whatIf(ruleSet, { ...ledger, onProgress }, async (found) => {
      progress.end();
      for await (const line of linesOf(found, options.rules, limit))
        process.stdout.write(`${line}\n`);
    }).finally(() => progress.end());
  });
}

export async function* linesOf(
  found: WhatIf,
  file: string,
  limit: number | null,
): AsyncGenerator<string> {
  yield `${file} over ${found.events} events, up to ${found.position || 'the start'}`;
  if (found.hasParked) yield 'some events could not be applied: what came after them is left out';
  for (const subject of SUBJECTS) yield* countLines(subject, found[subject]);
  for (const subject of SUBJECTS) {
    let shown = 0;
    for await (const difference of found.differences(subject, limit)) {
      if (shown++ === 0) yield `\n${subject}, the greatest difference first`;
      yield `  ${differenceLine(difference)}`;
    }
  }
}

function* countLines(subject: string, counts: Counts): Generator<string> {
  const { scored, otherScore, otherOutcome, moves } = counts;
  const other = `${otherScore} with another score, ${otherOutcome} with another outcome`;
  yield `${subject.padEnd(12)} ${scored} scored, ${other}`;
  for (const { from, to, count } of moves) yield `  ${`${from} -> ${to}`.padEnd(18)} ${count}`;
}

function differenceLine({ withdrawal, brand, player, was, wouldBe }: Difference): string {
  const who = withdrawal === null ? `${brand}.${player}` : `${withdrawal} ${brand}.${player}`;
  const outcomes =
    was.outcome === wouldBe.outcome ? was.outcome : `${was.outcome} -> ${wouldBe.outcome}`;
  const rules = [...changed(was, wouldBe, '-'), ...changed(wouldBe, was, '+')].join(' ');
  return `${who}  score ${was.score} -> ${wouldBe.score}  ${outcomes}  ${rules}`;
}

/** Rules that spoke in the one, and in the other not or with other points. */
function changed(one: Assessment, other: Assessment, sign: string): string[] {
  const stands = new Set(other.reasons.map(({ rule, points }) => `${rule} ${points}`));
  return one.reasons
    .filter(({ rule, points }) => !stands.has(`${rule} ${points}`))
    .map(({ rule, points }) => `${sign}${points} ${rule}`);
}
