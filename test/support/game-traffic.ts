import type { Batch, GameCommand } from '../../src/domain/account/commands.ts';
import type { AccountRef } from '../../src/domain/ids.ts';
import { seeded } from './seeded.ts';

export type Message = GameCommand | Batch;

export interface TrafficOptions {
  readonly seed: number;
  readonly accounts: readonly AccountRef[];
  readonly providers?: readonly string[];
  /** What a bet shows, by provider: a live session's hash of the account that it is for. */
  readonly session: (provider: string) => string;
  /** Of stakes; wins are up to three times as high. */
  readonly largestAmount?: number;
}

/**
 * What game services send when networks fail: new messages that refer to earlier ones, the same
 * again, the same key with another meaning or for another player, rollbacks before their bets,
 * and batches of all that. The same seed gives the same messages.
 */
export class GameTraffic {
  readonly #random: () => number;
  readonly #accounts: readonly AccountRef[];
  readonly #providers: readonly string[];
  readonly #session: (provider: string) => string;
  readonly #largest: number;
  readonly #sent: GameCommand[] = [];
  #ids = 0;

  constructor(options: TrafficOptions) {
    this.#random = seeded(options.seed);
    this.#accounts = options.accounts;
    this.#providers = options.providers ?? ['acme', 'other'];
    this.#session = options.session;
    this.#largest = options.largestAmount ?? 40;
  }

  next(): Message {
    if (!this.#chance(0.12)) return this.#message();
    const first = this.#message();
    const { account, provider } = first;
    const commands = [first];
    for (let size = this.#below(6); size > 0; size--) commands.push(this.#message(first));
    return { type: 'Batch', account, provider, commands };
  }

  /** In a batch of the same account and provider as the first. */
  #message(first?: GameCommand): GameCommand {
    const account = first?.account ?? this.#one(this.#accounts);
    const provider = first?.provider ?? this.#one(this.#providers);
    if (!account || provider === undefined) throw new Error('traffic needs somebody who plays');
    const from = { account, provider };
    const earlier = this.#sent.filter(
      (each) => each.account === account && each.provider === provider,
    );
    const known = this.#one(earlier);
    const message =
      known && this.#chance(0.3)
        ? this.#again(known, first !== undefined)
        : this.#fresh(from, earlier);
    this.#sent.push(message);
    return message;
  }

  /** A repeat, or its key with something else in it. */
  #again(earlier: GameCommand, isInBatch: boolean): GameCommand {
    if (this.#chance(0.6)) return earlier;
    const { transaction } = earlier;
    if (!isInBatch && this.#chance(0.3)) {
      return { ...earlier, account: this.#one(this.#accounts) ?? earlier.account };
    }
    if (this.#chance(0.5) && 'amount' in earlier) {
      return { ...earlier, amount: earlier.amount + 1n };
    }
    return { ...this.#fresh(earlier, [earlier]), transaction };
  }

  #fresh(
    { account, provider }: Pick<GameCommand, 'account' | 'provider'>,
    earlier: readonly GameCommand[],
  ): GameCommand {
    // Now and then an id is skipped: a rollback may have named it already.
    this.#ids += 1 + this.#below(2);
    const common = { account, provider, transaction: `t${this.#ids}`, data: {} };
    const round = `r${Math.floor(this.#ids / 12) + this.#below(2)}`;
    const play = { round, game: 'dice', gameKind: 'slot' } as const;
    const amount = BigInt(1 + this.#below(this.#largest));
    const dice = this.#random();
    if (dice < 0.42) {
      return { type: 'PlaceBet', ...common, ...play, session: this.#session(provider), amount };
    }
    const bets = earlier.filter((each) => each.type === 'PlaceBet');
    const bet = this.#one(bets.slice(-8));
    if (dice < 0.66) return this.#win({ ...common, ...play, amount }, bet);
    if (dice < 0.88) {
      const target = this.#chance(0.5) ? bet : this.#one(earlier.slice(-8));
      const unseen = `t${this.#ids + 1 + this.#below(3)}`;
      const named = this.#chance(0.15) ? unseen : (target?.transaction ?? unseen);
      return { type: 'RollBack', ...common, target: named };
    }
    if (dice < 0.95) {
      const reason = this.#one(['promotion', 'tournament', 'free-round'] as const) ?? 'promotion';
      const of = this.#chance(0.5) ? { round, game: 'dice' } : { round: null, game: null };
      return { type: 'CreditStakeless', ...common, ...of, gameKind: 'slot', reason, amount };
    }
    return { type: 'CloseRound', ...common, round: bet?.round ?? round };
  }

  #win(
    common: Omit<Extract<GameCommand, { type: 'CreditWin' }>, 'type' | 'bet'>,
    bet: GameCommand | undefined,
  ): GameCommand {
    const amount = common.amount * BigInt(1 + this.#below(3));
    if (bet?.type !== 'PlaceBet') return { type: 'CreditWin', ...common, bet: null, amount };
    const { account, provider } = bet;
    const round = this.#chance(0.9) ? bet.round : common.round;
    const named = this.#chance(0.5) ? bet.transaction : null;
    return { type: 'CreditWin', ...common, account, provider, round, bet: named, amount };
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #one<T>(items: readonly T[]): T | undefined {
    return items[this.#below(items.length)];
  }
}
