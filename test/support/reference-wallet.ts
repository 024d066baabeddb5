import type { GameCommand } from '../../src/domain/account/commands.ts';
import type { Message } from './game-traffic.ts';

/** What a wallet must answer: balances right after the transaction, in a repeat too. */
export type ModelAnswer =
  | { readonly ok: true; readonly repeat: boolean; readonly available: bigint }
  | { readonly ok: false; readonly code: string };

interface Entry {
  readonly account: string;
  readonly message: GameCommand;
  /** What it did to available, and to what is owed. */
  readonly moved: bigint;
  readonly owed: bigint;
  readonly after: bigint;
}

/**
 * The wallet as one would tell it: a list of what was done, looked through from its beginning each
 * time. Slow, plain, and written without a look at the domain's code, which it judges.
 */
export class ReferenceWallet {
  #done: Entry[] = [];
  readonly #funds = new Map<string, bigint>();

  /** As if a deposit had brought it. */
  fund(account: GameCommand['account'], amount: bigint): void {
    const name = nameOf(account);
    this.#funds.set(name, (this.#funds.get(name) ?? 0n) + amount);
  }

  balances(account: GameCommand['account']): { available: bigint; receivable: bigint } {
    const name = nameOf(account);
    const entries = this.#done.filter((entry) => entry.account === name);
    let available = this.#funds.get(name) ?? 0n;
    let receivable = 0n;
    for (const { moved, owed } of entries) {
      available += moved;
      receivable += owed;
    }
    return { available, receivable };
  }

  /** One answer, or one for each member of a batch; a batch that is refused has one. */
  handle(message: Message): ModelAnswer[] {
    const members = message.type === 'Batch' ? message.commands : [message];
    const before = [...this.#done];
    const answers: ModelAnswer[] = [];
    for (const member of members) {
      const answer = this.#one(member);
      answers.push(answer);
      if (!answer.ok) break;
    }
    // An account's own refusal comes before those that others are the reason of.
    const others = members.map((member) => this.#isAnothers(member)).find((code) => code !== null);
    const refused = answers.find(({ ok }) => !ok) ?? (others ? no(others) : null);
    if (refused) this.#done = before;
    return refused ? [refused] : answers;
  }

  #one(message: GameCommand): ModelAnswer {
    const same = this.#find(message, message.transaction);
    if (same) {
      if (meaning(same.message) !== meaning(message)) return no('key-reused');
      return { ok: true, repeat: true, available: same.after };
    }
    if (this.#wasRolledBack(message, message.transaction)) return no('transaction-rolled-back');
    const effect = this.#effect(message);
    if (typeof effect === 'string') return no(effect);
    const after = this.balances(message.account).available + effect.moved;
    this.#done.push({ account: nameOf(message.account), message, ...effect, after });
    return { ok: true, repeat: false, available: after };
  }

  #effect(message: GameCommand): { moved: bigint; owed: bigint } | string {
    const { available } = this.balances(message.account);
    const round = 'round' in message ? message.round : null;
    if (round !== null && this.#all(message, 'CloseRound').some((c) => c.round === round)) {
      return 'round-closed';
    }
    switch (message.type) {
      case 'PlaceBet':
        return available < message.amount
          ? 'insufficient-funds'
          : { moved: -message.amount, owed: 0n };
      case 'CreditWin':
        return this.#whyNoWin(message) ?? { moved: message.amount, owed: 0n };
      case 'CreditStakeless':
        return { moved: message.amount, owed: 0n };
      case 'CloseRound':
        return { moved: 0n, owed: 0n };
      case 'RollBack':
        return this.#undo(message, available);
    }
  }

  #whyNoWin(win: Extract<GameCommand, { type: 'CreditWin' }>): string | null {
    const bets = this.#all(win, 'PlaceBet').filter((bet) => bet.round === win.round);
    const isGone = (id: string) => this.#wasRolledBack(win, id);
    if (win.bet === null) {
      if (bets.length === 0) return 'round-not-found';
      return bets.every((bet) => isGone(bet.transaction)) ? 'bet-rolled-back' : null;
    }
    const named = bets.find((bet) => bet.transaction === win.bet);
    const isUnseen = this.#find(win, win.bet) === undefined;
    if ((named || isUnseen) && isGone(win.bet)) return 'bet-rolled-back';
    if (bets.length === 0) return 'round-not-found';
    return named ? null : 'bet-not-found';
  }

  #undo(
    { target, ...message }: Extract<GameCommand, { type: 'RollBack' }>,
    available: bigint,
  ): { moved: bigint; owed: bigint } | string {
    if (target === message.transaction) return 'rollback-of-rollback';
    const undone = this.#wasRolledBack(message, target);
    const original = this.#find(message, target)?.message;
    if (original?.type === 'RollBack') return 'rollback-of-rollback';
    if (original?.type === 'CloseRound') return 'nothing-to-roll-back';
    if (undone) return 'transaction-rolled-back';
    if (!original) return { moved: 0n, owed: 0n };
    if (original.type !== 'PlaceBet') {
      const owed = original.amount > available ? original.amount - available : 0n;
      return { moved: owed - original.amount, owed };
    }
    const standing = this.#all(message, 'CreditWin').some(
      (win) =>
        (win.bet === target || (win.bet === null && win.round === original.round)) &&
        !this.#wasRolledBack(message, win.transaction),
    );
    return standing ? 'win-stands' : { moved: original.amount, owed: 0n };
  }

  #ours({ account, provider }: Pick<GameCommand, 'account' | 'provider'>): Entry[] {
    const name = nameOf(account);
    return this.#done.filter(
      (entry) => entry.account === name && entry.message.provider === provider,
    );
  }

  #find(to: Pick<GameCommand, 'account' | 'provider'>, id: string): Entry | undefined {
    return this.#ours(to).find(({ message }) => message.transaction === id);
  }

  #all<Type extends GameCommand['type']>(
    to: Pick<GameCommand, 'account' | 'provider'>,
    type: Type,
  ): Extract<GameCommand, { type: Type }>[] {
    return this.#ours(to)
      .map(({ message }) => message)
      .filter((message) => message.type === type) as Extract<GameCommand, { type: Type }>[];
  }

  #wasRolledBack(to: Pick<GameCommand, 'account' | 'provider'>, id: string): boolean {
    return this.#all(to, 'RollBack').some(({ target }) => target === id);
  }

  /** Whether another account has the key, or the target: used, or rolled back unseen. */
  #isAnothers(message: GameCommand): string | null {
    const name = nameOf(message.account);
    const ids = this.#done
      .filter(({ account }) => account !== name)
      .map((entry) => entry.message)
      .filter(({ provider }) => provider === message.provider)
      .flatMap((m) => (m.type === 'RollBack' ? [m.transaction, m.target] : [m.transaction]));
    if (ids.includes(message.transaction)) return 'key-reused';
    const isTarget = message.type === 'RollBack' && ids.includes(message.target);
    return isTarget ? 'transaction-not-yours' : null;
  }
}

const no = (code: string): ModelAnswer => ({ ok: false, code });
const nameOf = ({ brand, player, currency }: GameCommand['account']) =>
  `${brand} ${player} ${currency}`;

function meaning(message: GameCommand): string {
  const { account: _, provider: __, data: ___, ...meant } = message;
  const parts = Object.entries(meant).filter(([name]) => !['gameKind', 'session'].includes(name));
  return JSON.stringify(parts.map(([name, value]) => [name, String(value)]).sort());
}
