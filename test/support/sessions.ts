import { realSystem } from '../../src/adapters/system.ts';
import type { House } from '../../src/commands/house.ts';
import { accountDecider } from '../../src/domain/account/decide.ts';
import { deterministicId, streams } from '../../src/domain/ids.ts';
import { hashOf } from '../../src/domain/play/token.ts';
import { staff } from './house.ts';

const DAY_MS = 86_400_000;

/** What bets of a test show: with each game service the same, for whatever player. */
export const tokenOf = (provider = 'acme') => `session-with-${provider}`.padEnd(43, '_');

/** Opens the player's session with a game service, straight in the account. Again: a repeat. */
export async function openTestSession(
  { engine, system }: House,
  player: string,
  currency = 'ETH',
  provider = 'acme',
): Promise<void> {
  const account = { brand: 'main', player, currency };
  const session = deterministicId('test-session', player, currency, provider);
  const tokenHash = hashOf(tokenOf(provider));
  const expiresAtMs = system.now() + DAY_MS;
  await engine.execute(
    accountDecider,
    streams.account(account),
    {
      type: 'OpenSession',
      ...{ account, session, provider, tokenHash, expiresAtMs },
      ...{ deviceRef: null, networkRef: null },
    },
    { ...staff('alice'), commandId: realSystem.uuid() },
  );
}
