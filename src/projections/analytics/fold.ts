import type { PoolClient } from 'pg';
import type { NetworkFee } from '../../domain/account/events.ts';
import type { DomainEvent } from '../../domain/events.ts';
import type { PlayerRef } from '../../domain/ids.ts';
import { FIRST_REPORTING_POLICY } from '../../domain/policy/decide.ts';
import type { RecordedRate } from '../../domain/rates/events.ts';
import type { Fold, ProjectedEvent } from '../projection.ts';
import { rowKey } from '../rows/keyed-rows.ts';
import { BusinessDay, type Offset } from './business-day.ts';
import { bucketOf } from './durations.ts';
import { factKey, waitingId } from './keys.ts';
import type { FirstMeasure, Measure } from './measures.ts';
import * as tables from './rows.ts';

type Of<Type extends DomainEvent['type']> = Extract<DomainEvent, { type: Type }>['data'];
type Played = Of<
  'BetRolledBack' | 'WinCredited' | 'WinRolledBack' | 'StakelessCredited' | 'StakelessRolledBack'
>;
type Told<Type extends DomainEvent['type']> = Extract<DomainEvent, { type: Type }>;
type OfDeposit = Told<'DepositDetected' | 'DepositCredited' | 'DepositReversed'>;
type OfWithdrawal = Told<'WithdrawalHeld' | 'HoldReleased' | 'HoldSettled'>;

/** Adds what each event says to the rows of its business day; nothing that was said is changed. */
export class AnalyticsFold implements Fold {
  readonly #facts = tables.facts();
  readonly #playerDays = tables.playerDays();
  readonly #firsts = tables.firsts();
  readonly #durations = tables.durations();
  readonly #waiting = tables.waiting();
  readonly #businessDays = tables.businessDays();
  readonly #rates = tables.rates();
  #day: BusinessDay | null = null;

  async load(batch: readonly ProjectedEvent[], client: PoolClient): Promise<void> {
    this.#day ??= new BusinessDay(
      FIRST_REPORTING_POLICY.businessDayOffsetMinutes,
      await storedOffsets(client),
    );
    await this.#waiting.load(() => batch.flatMap((of) => waitingId(of) ?? []), client);
  }

  apply(projected: ProjectedEvent): void {
    const { event } = projected;
    switch (event.type) {
      case 'BetDebited':
        this.#bet(event.data, this.#dateOf(projected));
        return;
      case 'BetRolledBack':
        this.#play('bet-rolled-back', event.data, projected);
        return;
      case 'WinCredited':
        this.#play('win', event.data, projected);
        return;
      case 'WinRolledBack':
        this.#play('win-rolled-back', event.data, projected);
        return;
      case 'StakelessCredited':
        this.#play(event.data.reason, event.data, projected);
        return;
      case 'StakelessRolledBack':
        this.#play(`${event.data.reason}-rolled-back`, event.data, projected);
        return;
      case 'DepositDetected':
      case 'DepositCredited':
      case 'DepositReversed':
        this.#deposit(event, projected);
        return;
      case 'WithdrawalHeld':
      case 'HoldReleased':
      case 'HoldSettled':
        this.#withdrawal(event, projected);
        return;
      case 'PlayerRegistered':
        this.#first('registration', event.data, this.#dateOf(projected), {});
        return;
      case 'RateRecorded':
        this.#rates.add(rateCells(event.data, projected));
        return;
      case 'ReportingPolicyPublished':
        this.#moveDay(event.data.policy.businessDayOffsetMinutes, projected);
        return;
    }
  }

  async flush(client: PoolClient): Promise<void> {
    for (const rows of this.#all()) await rows.flush(client);
  }

  get pending(): number {
    return this.#all().reduce((sum, { pending }) => sum + pending, 0);
  }

  #all() {
    return [
      ...[this.#facts, this.#playerDays, this.#firsts, this.#durations],
      ...[this.#waiting, this.#businessDays, this.#rates],
    ];
  }

  #dateOf(projected: ProjectedEvent): string {
    if (this.#day === null) throw new Error('nothing was loaded');
    return this.#day.dateOf(projected);
  }

  #bet(data: Of<'BetDebited'>, day: string): void {
    const { brand, player, currency, provider, game, gameKind } = data;
    const key = factKey(day, 'bet', data, '', provider, game, gameKind);
    const sum = this.#facts.add(key, BigInt(data.amount));
    if (!this.#facts.isFirst(sum, player)) return;
    this.#playerDays.add([day, brand, player, currency, provider, game, gameKind]);
    this.#first('first-bet', data, day, { ...data, kind: gameKind });
  }

  #play(measure: Measure, data: Played, projected: ProjectedEvent): void {
    const { provider, game, gameKind } = data;
    const day = this.#dateOf(projected);
    const key = factKey(day, measure, data, '', provider, game ?? '', gameKind ?? '');
    this.#facts.add(key, BigInt(data.amount));
  }

  #first(
    measure: FirstMeasure,
    { brand, player }: PlayerRef,
    day: string,
    { currency = '', chain = '', provider = '', game = '', kind = '', amount = '0' }: Where,
  ): void {
    const cells = [brand, player, measure, day, currency, chain, provider, game, kind, amount];
    this.#firsts.add(cells);
  }

  #deposit(event: OfDeposit, projected: ProjectedEvent): void {
    if (event.type === 'DepositDetected') {
      this.#begin(event.data.chain, projected);
      return;
    }
    const { chain, amount } = event.data;
    const day = this.#dateOf(projected);
    const isCredit = event.type === 'DepositCredited';
    const measure = isCredit ? 'deposit' : 'deposit-reversed';
    this.#facts.add(factKey(day, measure, event.data, chain), BigInt(amount));
    if (!isCredit) return;
    this.#first('first-deposit', event.data, day, event.data);
    this.#end('confirmation', event.data, projected);
  }

  #withdrawal(event: OfWithdrawal, projected: ProjectedEvent): void {
    const day = this.#dateOf(projected);
    const add = (measure: Measure, chain: string) =>
      this.#facts.add(factKey(day, measure, event.data, chain), BigInt(event.data.amount));
    if (event.type === 'WithdrawalHeld') {
      add('withdrawal-requested', event.data.chain);
      this.#begin(event.data.chain, projected);
      return;
    }
    if (event.type === 'HoldSettled') {
      add('withdrawal-paid', event.data.chain);
      this.#end('payout', event.data, projected);
    } else {
      add('withdrawal-released', this.#end(null, event.data, projected)?.chain ?? '');
    }
    const { networkFee } = event.data;
    if (networkFee !== null) this.#fee(event.data.brand, networkFee, day);
  }

  /** In the chain's own coin, whatever the withdrawal was in. */
  #fee(brand: string, { currency, chain, amount }: NetworkFee, day: string): void {
    this.#facts.add(factKey(day, 'network-fee', { brand, currency }, chain), BigInt(amount));
  }

  #begin(chain: string, projected: ProjectedEvent): void {
    const id = waitingId(projected);
    if (id === null) return;
    this.#waiting.set(id, { id, chain, sinceMs: Date.parse(projected.time) });
  }

  /** Counts how long it took, unless `measure` is null. */
  #end(
    measure: 'confirmation' | 'payout' | null,
    { brand, currency }: { readonly brand: string; readonly currency: string },
    projected: ProjectedEvent,
  ): tables.Waiting | undefined {
    const id = waitingId(projected) ?? '';
    const begun = this.#waiting.get(id);
    if (begun === undefined) return undefined;
    this.#waiting.delete(id);
    if (measure === null) return begun;
    // Two processes' clocks may disagree; nothing takes less than no time.
    const ms = Math.max(0, Date.parse(projected.time) - begun.sinceMs);
    const key = [this.#dateOf(projected), measure, brand, currency, begun.chain];
    this.#durations.add(rowKey(...key, bucketOf(ms).toString()), BigInt(ms));
    return begun;
  }

  #moveDay(minutes: number, { position }: ProjectedEvent): void {
    this.#day?.move({ position, minutes });
    this.#businessDays.add({ position, minutes });
  }
}

/** Where a first stands in reports. */
interface Where {
  readonly currency?: string;
  readonly chain?: string;
  readonly provider?: string;
  readonly game?: string;
  readonly kind?: string;
  readonly amount?: string;
}

async function storedOffsets(client: PoolClient): Promise<readonly Offset[]> {
  const { rows } = await client.query<Offset>(
    'select position, offset_minutes as minutes from business_days order by position',
  );
  return rows;
}

function rateCells(rate: RecordedRate, { position, time }: ProjectedEvent): readonly string[] {
  return [
    ...[rate.quote, rate.base, rate.day, position, time, rate.rate],
    ...[`${rate.baseDecimals}`, `${rate.quoteDecimals}`, rate.source],
  ];
}
