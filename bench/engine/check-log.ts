import type { House } from '../../src/commands/house.ts';
import { accountDecider } from '../../src/domain/account/decide.ts';
import { streams } from '../../src/domain/ids.ts';
import type { RecordedEvent } from '../../src/event-store.ts';
import type { Check } from '../bench.ts';
import { format } from '../report.ts';
import { type Answers, placeOf } from './answers.ts';
import { accountOf, BRAND, CURRENCY, PROVIDER, playerOf, transactionNumber } from './bets.ts';

/** What each event that the benchmark makes does to what is available; others are findings. */
const EFFECTS: Readonly<Record<string, 1 | -1 | 0>> = {
  PlayerRegistered: 0,
  AccountOpened: 0,
  SessionOpened: 0,
  DepositCredited: 1,
  BetDebited: -1,
};

const MOST_TOLD = 3;

interface Place {
  revision: number;
  available: number;
}

/** Reads a log from its first event and finds whatever no log may hold. */
export class LogAuditor {
  readonly #answers: Answers;
  readonly #isDense: boolean;
  readonly #streams = new Map<string, Place>();
  readonly #seen: Uint8Array;
  readonly #keys = new Set<string>();
  readonly #findings = new Map<string, string[]>();
  #events = 0;
  #answered = 0;
  #last = '';
  #deposits = 0;
  #bets = 0;

  /** Dense: positions are to be numbers without gaps, from 1. Else they need only ascend. */
  constructor(answers: Answers, isDense = true) {
    this.#answers = answers;
    this.#isDense = isDense;
    this.#seen = new Uint8Array(answers.end);
  }

  take(event: RecordedEvent): void {
    this.#events++;
    this.#position(event);
    const place = this.#streams.get(event.stream) ?? { revision: -1, available: 0 };
    this.#streams.set(event.stream, place);
    if (event.revision !== place.revision + 1) {
      this.#found('revisions', `${event.stream} has ${event.revision} after ${place.revision}`);
    }
    place.revision = event.revision;
    this.#money(event, place);
  }

  /** What `take` was given, judged as one. */
  check(name: string): Check {
    const sum = [...this.#streams.values()].reduce((total, { available }) => total + available, 0);
    const [deposits, bets] = [this.#deposits, this.#bets];
    if (sum !== deposits - bets) this.#found('sums', `${sum} is not ${deposits} − ${bets}`);
    const lost = this.#answers.count - this.#answered;
    if (lost > 0) this.#found('answers', `${lost} acknowledged bets are not in the log`);
    const findings = [...this.#findings.values()].flat();
    const [events, streams] = [this.#events, this.#streams.size].map((n) => format(n));
    const detail =
      `${events} events, ${streams} streams, contiguous; sums fit, none below zero; no key ` +
      `twice; ${format(this.#answered)} answers, each with its place and balance`;
    return { name, ok: findings.length === 0, detail: findings.join('; ') || detail };
  }

  /** The balance that the log gives an account. */
  available(stream: string): number {
    return this.#streams.get(stream)?.available ?? 0;
  }

  #position({ position }: RecordedEvent): void {
    const isNext = this.#isDense ? Number(position) === this.#events : position > this.#last;
    if (!isNext) this.#found('positions', `${position} after ${this.#last}`);
    this.#last = position;
  }

  #money(event: RecordedEvent, place: Place): void {
    const effect = EFFECTS[event.type];
    if (effect === undefined) this.#found('sums', `an event ${event.type}`);
    if (!effect) return;
    const data = JSON.parse(event.data) as Record<string, string>;
    const amount = Number(data.amount);
    place.available += effect * amount;
    if (place.available < 0) this.#found('sums', `${event.stream} fell to ${place.available}`);
    if (event.type === 'DepositCredited') this.#deposits += amount;
    else this.#bet(event, place, amount, data);
  }

  #bet(
    event: RecordedEvent,
    { available }: Place,
    amount: number,
    { provider = '', transaction = '', player = '' }: Record<string, string>,
  ): void {
    this.#bets += amount;
    const number = transactionNumber(transaction);
    if (provider !== PROVIDER || !Number.isSafeInteger(number) || number >= this.#seen.length) {
      const key = `${provider} ${transaction}`;
      if (this.#keys.has(key)) this.#found('keys', `${key} stands twice`);
      this.#keys.add(key);
      return;
    }
    if (this.#seen[number] === 1) this.#found('keys', `${transaction} stands twice`);
    this.#seen[number] = 1;
    const answer = this.#answers.at(number);
    if (!answer) return;
    this.#answered++;
    const isSame =
      answer.place === placeOf(event.position) &&
      answer.balance === available &&
      answer.account === accountOf(player);
    if (isSame) return;
    const told = `place ${answer.place}, balance ${answer.balance}`;
    const fact = `at ${event.position} with ${available}`;
    this.#found('answers', `${transaction} was answered with ${told}; it is ${fact}`);
  }

  #found(what: string, finding: string): void {
    this.#findings.set(what, [...(this.#findings.get(what) ?? []), finding].slice(0, MOST_TOLD));
  }
}

const SAMPLE = 50;

/**
 * The whole log, and whether the engine's memory has the balances that it gives. With a prefix, the
 * log may hold other streams, and events of before: those that are there are judged.
 */
export async function checkLog(
  { store, engine }: House,
  answers: Answers,
  prefix?: string,
): Promise<Check[]> {
  await engine.drain();
  const auditor = new LogAuditor(answers, prefix === undefined);
  const filter = prefix === undefined ? {} : { filter: { streamPrefixes: [prefix] } };
  for await (const event of store.readAll(filter)) auditor.take(event);
  const wrong: string[] = [];
  for (let account = 1; account <= SAMPLE; account++) {
    const stream = streams.account({ brand: BRAND, player: playerOf(account), currency: CURRENCY });
    const { available } = await engine.load(accountDecider, stream);
    if (Number(available) !== auditor.available(stream)) wrong.push(`${stream}: ${available}`);
  }
  const detail = wrong.join('; ') || `${SAMPLE} balances in memory are those of the log`;
  return [auditor.check('log'), { name: 'memory', ok: wrong.length === 0, detail }];
}
