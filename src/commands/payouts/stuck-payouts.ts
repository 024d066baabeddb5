export interface StuckPayout {
  readonly withdrawal: string;
  readonly reason: string;
}

/**
 * Why withdrawals don't go on now. Each reason is reported when it comes and when it changes, not
 * on every round: a report that never stops hides the next one.
 */
export class StuckPayouts {
  readonly #reasons = new Map<string, string>();
  readonly #report: (withdrawal: string, reason: unknown) => void;

  constructor(report: (withdrawal: string, reason: unknown) => void) {
    this.#report = report;
  }

  /** Null: it goes on, or there is nothing to do but to wait for the chain. */
  set(withdrawal: string, reason: unknown): void {
    if (reason === null) {
      this.#reasons.delete(withdrawal);
      return;
    }
    const text = reason instanceof Error ? reason.message : String(reason);
    const isNew = this.#reasons.get(withdrawal) !== text;
    this.#reasons.set(withdrawal, text);
    if (isNew) this.#report(withdrawal, reason);
  }

  /** Forgets those that are not under way any more. */
  keepOnly(withdrawals: ReadonlySet<string>): void {
    for (const withdrawal of this.#reasons.keys()) {
      if (!withdrawals.has(withdrawal)) this.#reasons.delete(withdrawal);
    }
  }

  list(): readonly StuckPayout[] {
    return [...this.#reasons].map(([withdrawal, reason]) => ({ withdrawal, reason }));
  }
}
