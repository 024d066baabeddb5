import { canonicalJson } from '../canonical.ts';
import { accept, type Decider, repeat } from '../decider.ts';
import type { DepositPolicy, PolicyEvent, WithdrawalPolicy } from './events.ts';

export interface Versioned<Policy> {
  /** 0: nothing was published yet. */
  readonly version: number;
  readonly policy: Policy | null;
}

export interface PolicyState {
  readonly deposits: Versioned<DepositPolicy>;
  readonly withdrawals: Versioned<WithdrawalPolicy>;
}

export type PolicyCommand =
  | { readonly type: 'PublishDepositPolicy'; readonly policy: DepositPolicy }
  | { readonly type: 'PublishWithdrawalPolicy'; readonly policy: WithdrawalPolicy };

/** Policies are data with versions: publishing what stands already changes nothing. */
export const policyDecider: Decider<PolicyState, PolicyCommand, PolicyEvent> = {
  initialState: () => ({
    deposits: { version: 0, policy: null },
    withdrawals: { version: 0, policy: null },
  }),

  decide(command, state) {
    if (command.type === 'PublishDepositPolicy') {
      const { policy } = command;
      if (canonicalJson(policy) === canonicalJson(state.deposits.policy)) return repeat;
      const version = state.deposits.version + 1;
      return accept({ type: 'DepositPolicyPublished', data: { version, policy } });
    }
    const { policy } = command;
    if (canonicalJson(policy) === canonicalJson(state.withdrawals.policy)) return repeat;
    const version = state.withdrawals.version + 1;
    return accept({ type: 'WithdrawalPolicyPublished', data: { version, policy } });
  },

  evolve(state, event) {
    return event.type === 'DepositPolicyPublished'
      ? { ...state, deposits: event.data }
      : { ...state, withdrawals: event.data };
  },
};

/** Null when no rule fits: such a deposit must wait for a policy, never for a guess. */
export function confirmationsFor(
  policy: DepositPolicy,
  asset: string,
  amount: bigint,
): number | null {
  const rule = policy.rules.find(
    (r) => (r.asset === '*' || r.asset === asset) && (r.upTo === null || amount <= BigInt(r.upTo)),
  );
  return rule?.confirmations ?? null;
}

export function approvalsFor(
  policy: WithdrawalPolicy,
  currency: string,
  amount: bigint,
): number | null {
  const rule = policy.rules.find(
    (r) =>
      (r.currency === '*' || r.currency === currency) &&
      (r.upTo === null || amount <= BigInt(r.upTo)),
  );
  return rule?.approvals ?? null;
}
