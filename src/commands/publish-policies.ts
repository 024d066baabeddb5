import { streams } from '../domain/ids.ts';
import { policyDecider } from '../domain/policy/decide.ts';
import type { DepositPolicy, WithdrawalPolicy } from '../domain/policy/events.ts';
import type { CommandContext } from './engine.ts';
import type { House } from './house.ts';

/** Publishes what the configuration says, as a new version where it differs from what stands. */
export async function publishPolicies(
  { engine }: House,
  { deposits, withdrawals }: { deposits: DepositPolicy; withdrawals: WithdrawalPolicy },
  context: CommandContext,
): Promise<void> {
  const stream = streams.policy('main');
  const commands = [
    { type: 'PublishDepositPolicy', policy: deposits },
    { type: 'PublishWithdrawalPolicy', policy: withdrawals },
  ] as const;
  for (const command of commands) await engine.execute(policyDecider, stream, command, context);
}
