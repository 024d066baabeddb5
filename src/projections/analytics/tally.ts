import { convert, type Exact, exactly, rounded } from '../../domain/rates/convert.ts';
import type { RecordedRate } from '../../domain/rates/events.ts';
import {
  AMOUNTS,
  type AmountName,
  COUNTS,
  type CountName,
  type Summed,
  total,
} from './measures.ts';
import type { Amounts, Group, ReportRow } from './read-model.ts';

export type Conversion =
  | { readonly kind: 'none' }
  | { readonly kind: 'same' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'rate'; readonly rate: RecordedRate };

const BASIS_POINTS = 10_000n;

/** What one row of a report is made from: the sums of its group, by measure. */
export class Tally {
  readonly #events = new Map<Summed, bigint>();
  readonly #own = new Map<Summed, bigint>();
  readonly #converted = new Map<Summed, Exact>();
  readonly #isOfOneCurrency: boolean;
  #isConverted = true;
  activePlayers = 0;

  constructor(isOfOneCurrency: boolean) {
    this.#isOfOneCurrency = isOfOneCurrency;
  }

  add(measure: Summed, events: bigint, amount: bigint, how: Conversion): void {
    raise(this.#events, measure, events);
    raise(this.#own, measure, amount);
    if (how.kind === 'rate') raise(this.#converted, measure, convert(amount, how.rate));
    else if (how.kind === 'same') raise(this.#converted, measure, exactly(amount));
    else this.#isConverted &&= how.kind === 'missing' && amount === 0n;
  }

  row(group: Group): ReportRow {
    const counts = of(COUNTS, (definition) => Number(total(definition, at(this.#events))));
    const own = this.#isOfOneCurrency ? this.#own : null;
    const converted = this.#isConverted ? this.#converted : null;
    const leading = own ?? converted;
    return {
      group,
      counts,
      activePlayers: this.activePlayers,
      amounts: own && amountsOf(own, counts.deposits, (sum) => sum),
      reporting: converted && amountsOf(converted, counts.deposits, rounded),
      rtpBasisPoints: leading && rtp(leading),
    };
  }
}

type Sums = ReadonlyMap<Summed, bigint>;

const at = (sums: Sums) => (measure: Summed) => sums.get(measure) ?? 0n;

function raise(sums: Map<Summed, bigint>, measure: Summed, by: bigint): void {
  sums.set(measure, (sums.get(measure) ?? 0n) + by);
}

function of<Name extends AmountName | CountName, Definition, Value>(
  definitions: Readonly<Record<Name, Definition>>,
  tell: (definition: Definition) => Value,
): Readonly<Record<Name, Value>> {
  const entries = Object.entries(definitions) as [Name, Definition][];
  const values = entries.map(([name, definition]) => [name, tell(definition)]);
  return Object.fromEntries(values) as Record<Name, Value>;
}

/** Each amount is rounded on its own, from its exact sum. */
function amountsOf(sums: Sums, deposits: number, finish: (sum: bigint) => bigint): Amounts {
  const amounts = of(AMOUNTS, (definition) => finish(total(definition, at(sums))).toString());
  const average = deposits === 0 ? null : BigInt(amounts.deposited) / BigInt(deposits);
  return { ...amounts, averageDeposit: average === null ? null : average.toString() };
}

function rtp(sums: Sums): number | null {
  const staked = total(AMOUNTS.staked, at(sums)) - total(AMOUNTS.stakesReturned, at(sums));
  const won = total(AMOUNTS.won, at(sums)) - total(AMOUNTS.winsReturned, at(sums));
  return staked > 0n && won >= 0n ? Number((won * BASIS_POINTS) / staked) : null;
}
