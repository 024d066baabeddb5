import { z } from 'zod';
import { accountDecider } from '../domain/account/decide.ts';
import type { Hold } from '../domain/account/records.ts';
import {
  brandId,
  chainId,
  currencyCode,
  type externalId,
  playerId,
  streams,
  withdrawalId,
} from '../domain/ids.ts';
import { amount, formatAmount } from '../domain/money.ts';
import { approvalsFor } from '../domain/policy/decide.ts';
import type { CommandContext } from './engine.ts';
import { holdOf } from './holds.ts';
import {
  type Answer,
  assetOn,
  type Done,
  execute,
  type House,
  missingPlayer,
  no,
  type Placed,
  policies,
} from './house.ts';
import { openWithdrawal } from './policies/open-withdrawal.ts';

export const requestWithdrawalInput = z.strictObject({
  brand: brandId.default('main'),
  player: playerId,
  currency: currencyCode,
  chain: chainId,
  destination: z.string().min(1).max(120),
  amount,
});

export interface RequestedWithdrawal extends Placed {
  readonly withdrawal: string;
  readonly available: string;
  readonly held: string;
}

const ZERO_ADDRESS = '0x0000000000000000000000000000000000000000';

/**
 * Holds the funds, in one append to the player's account: two requests can't both have them. The
 * withdrawal's own stream is opened from that event, here at once or by the policy after a crash.
 * `key` is the caller's Idempotency-Key: with the player it names the withdrawal for ever.
 */
export async function requestWithdrawal(
  house: House,
  input: z.output<typeof requestWithdrawalInput>,
  key: z.output<typeof externalId>,
  context: CommandContext,
): Promise<Answer<RequestedWithdrawal>> {
  const { brand, player, currency, chain } = input;
  const owner = { brand, player };
  if (!house.assets.currencies.has(currency)) return no('currency-unknown', { currency });
  if (!house.chains.has(chain)) return no('chain-unknown', { chain });
  const asset = assetOn(house, chain, currency);
  if (!asset) return no('asset-currency-mismatch', { chain, currency });
  const missing = await missingPlayer(house, owner);
  if (missing) return missing;

  const withdrawal = withdrawalId(owner, key);
  const stream = streams.account({ ...owner, currency });
  const account = { ...owner, currency };
  const { hold: earlier } = await holdOf(house, account, withdrawal);
  // A repeat is answered with its first result, whatever would be allowed by now.
  const destination = earlier
    ? parsed(house, chain, input.destination)
    : await payable(house, input);
  if (!destination.ok) return destination;
  const held = await execute(
    house,
    accountDecider,
    stream,
    {
      type: 'HoldWithdrawal',
      account,
      ...{ withdrawal, key, chain },
      asset: asset.id,
      destination: destination.value,
      amount: BigInt(input.amount),
    },
    { ...context, commandId: withdrawal },
    ({ state: hold, repeat }: Done<Readonly<Hold> | undefined>) => {
      if (!hold) throw new Error(`${stream} holds nothing for ${withdrawal}`);
      const [available, funds] = [formatAmount(hold.available), formatAmount(hold.held)];
      return { withdrawal, available, held: funds, repeat };
    },
    ({ holds }) => holds.get(withdrawal),
  );
  if (!held.ok) return held;
  const opened = await openWithdrawal(house, account, withdrawal);
  if (!opened.ok) return opened;
  // Of its own first event: whoever waits for this position finds the withdrawal.
  const position = await house.engine.positionOf(streams.withdrawal(withdrawal), 0);
  return { ok: true, value: { ...held.value, position } };
}

/** The destination in its canonical spelling. */
function parsed({ chains }: House, chain: string, text: string): Answer<string> {
  const address = chains.get(chain)?.addresses.parse(text);
  return address ? { ok: true, value: address } : no('destination-invalid', { chain });
}

/** The same, or why nothing may be sent there. Before anything is held. */
async function payable(
  house: House,
  { currency, chain, amount: wanted, ...input }: z.output<typeof requestWithdrawalInput>,
): Promise<Answer<string>> {
  const { assets, watchlist } = house;
  const destination = parsed(house, chain, input.destination);
  if (!destination.ok) return destination;
  const address = destination.value;
  const refused = (reason: string) => no('destination-refused', { chain, reason });
  if (address === ZERO_ADDRESS) return refused('zero-address');
  if (assets.onChain(chain, address.toLowerCase())) return refused('token-contract');
  await watchlist.refresh();
  if (watchlist.find(chain, address)) return refused('own-address');
  // What no policy covers could never be reviewed.
  const { policy } = (await policies(house)).withdrawals;
  if (policy?.feeCaps[chain] && approvalsFor(policy, currency, BigInt(wanted))) return destination;
  return no('policy-missing', { currency, chain, amount: wanted });
}
