import { z } from 'zod';
import { brandId, chainId, deterministicId, playerId, streams } from '../domain/ids.ts';
import { addressIndexDecider, addressOwner, playerDecider } from '../domain/player/decide.ts';
import type { CommandContext } from './engine.ts';
import {
  type Answer,
  execute,
  type House,
  missingPlayer,
  no,
  type Placed,
  positionOf,
} from './house.ts';

export const assignDepositAddressInput = z.strictObject({
  brand: brandId.default('main'),
  player: playerId,
  chain: chainId,
});

export interface DepositAddress extends Placed {
  readonly brand: string;
  readonly player: string;
  readonly chain: string;
  readonly address: string;
}

/**
 * The player's one address on a chain. First the index is allocated, then the address that it
 * derives is assigned; a crash between the two is finished by asking again.
 */
export async function assignDepositAddress(
  house: House,
  { brand, player, chain }: z.output<typeof assignDepositAddressInput>,
  context: CommandContext,
): Promise<Answer<DepositAddress>> {
  const book = house.chains.get(chain)?.addresses;
  if (!book) return no('chain-unknown', { chain });
  const owner = { brand, player };
  const missing = await missingPlayer(house, owner);
  if (missing) return missing;
  const commandId = deterministicId('address', brand, player, chain);
  const steps = { ...context, commandId };
  const allocated = await execute(
    house,
    addressIndexDecider,
    streams.addresses(chain),
    { type: 'AllocateIndex', chain, player: owner },
    steps,
    ({ state }) => state.allocated.get(addressOwner(owner)),
  );
  if (!allocated.ok) return allocated;
  const index = allocated.value;
  if (index === undefined) throw new Error(`no index for ${addressOwner(owner)}`);
  const stream = streams.player(owner);
  return execute(
    house,
    playerDecider,
    stream,
    { type: 'AssignDepositAddress', player: owner, chain, index, address: book.derive(index) },
    steps,
    async (done) => {
      const { state, repeat } = done;
      const address = state.addresses.find((a) => a.chain === chain)?.address;
      if (address === undefined) throw new Error(`no ${chain} address of ${addressOwner(owner)}`);
      const position = await positionOf(house, stream, done);
      return { brand, player, chain, address, position, repeat };
    },
  );
}
