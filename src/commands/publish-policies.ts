import { streams } from '../domain/ids.ts';
import { policyDecider } from '../domain/policy/decide.ts';
import type { DepositPolicy, ReportingPolicy, WithdrawalPolicy } from '../domain/policy/events.ts';
import type { CommandContext } from './engine.ts';
import type { House } from './house.ts';

export interface ConfiguredPolicies {
  readonly deposits: DepositPolicy;
  readonly withdrawals: WithdrawalPolicy;
  readonly reporting: ReportingPolicy;
}

/** Publishes what the configuration says, as a new version where it differs from what stands. */
export async function publishPolicies(
  { engine }: House,
  { deposits, withdrawals, reporting }: ConfiguredPolicies,
  context: CommandContext,
): Promise<void> {
  const stream = streams.policy('main');
  const commands = [
    { type: 'PublishDepositPolicy', policy: deposits },
    { type: 'PublishWithdrawalPolicy', policy: withdrawals },
    { type: 'PublishReportingPolicy', policy: reporting },
  ] as const;
  for (const command of commands) await engine.execute(policyDecider, stream, command, context);
}
