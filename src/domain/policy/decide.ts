import { canonicalJson } from '../canonical.ts';
import { accept, type Decider, type Decision, repeat, unreachable } from '../decider.ts';
import type { DepositPolicy, PolicyEvent, ReportingPolicy, WithdrawalPolicy } from './events.ts';

export interface Versioned<Policy> {
  /** 0: nothing was published yet. */
  readonly version: number;
  readonly policy: Policy | null;
}

export interface PolicyState {
  readonly deposits: Versioned<DepositPolicy>;
  readonly withdrawals: Versioned<WithdrawalPolicy>;
  readonly reporting: Versioned<ReportingPolicy>;
}

export type PolicyCommand =
  | { readonly type: 'PublishDepositPolicy'; readonly policy: DepositPolicy }
  | { readonly type: 'PublishWithdrawalPolicy'; readonly policy: WithdrawalPolicy }
  | { readonly type: 'PublishReportingPolicy'; readonly policy: ReportingPolicy };

/** What holds before anything was published: the business day is UTC's. */
export const FIRST_REPORTING_POLICY: ReportingPolicy = { businessDayOffsetMinutes: 0 };

/** Policies are data with versions: publishing what stands already changes nothing. */
export const policyDecider: Decider<PolicyState, PolicyCommand, PolicyEvent> = {
  initialState: () => ({
    deposits: { version: 0, policy: null },
    withdrawals: { version: 0, policy: null },
    reporting: { version: 0, policy: FIRST_REPORTING_POLICY },
  }),

  decide(command, state) {
    switch (command.type) {
      case 'PublishDepositPolicy':
        return next(state.deposits, command.policy, (data) => ({
          type: 'DepositPolicyPublished',
          data,
        }));
      case 'PublishWithdrawalPolicy':
        return next(state.withdrawals, command.policy, (data) => ({
          type: 'WithdrawalPolicyPublished',
          data,
        }));
      case 'PublishReportingPolicy':
        return next(state.reporting, command.policy, (data) => ({
          type: 'ReportingPolicyPublished',
          data,
        }));
      default:
        return unreachable(command);
    }
  },

  evolve(state, { type, data }) {
    switch (type) {
      case 'DepositPolicyPublished':
        return { ...state, deposits: data };
      case 'WithdrawalPolicyPublished':
        return { ...state, withdrawals: data };
      case 'ReportingPolicyPublished':
        return { ...state, reporting: data };
      default:
        return unreachable(type);
    }
  },
};

function next<Policy>(
  stands: Versioned<Policy>,
  policy: Policy,
  published: (data: { version: number; policy: Policy }) => PolicyEvent,
): Decision<PolicyEvent> {
  if (canonicalJson(policy) === canonicalJson(stands.policy)) return repeat;
  return accept(published({ version: stands.version + 1, policy }));
}

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
