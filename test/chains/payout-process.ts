import type { Wrapping } from '../../src/assembly.ts';
import type { WorkerPart } from '../../src/workers.ts';
import { testHouse } from '../support/house.ts';
import { replaced } from '../support/replaced.ts';

/*
 * A house in a process of its own, which kills itself with SIGKILL at a chosen moment: nothing is
 * flushed, nothing is said, no `finally` runs. Everything it needs comes from its environment.
 */
const { DATABASE_URL, CHAIN_URL, CHAIN, TOKEN, HOT_WALLET_KEY, PARTS } = process.env;
/** A step, or an event's type: after it is in the log. With `before `: when it is to be. */
const { KILL_AT } = process.env;

function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
}

const wrapping: Wrapping = {
  wallet: (wallet) => ({
    ...wallet,
    signer: replaced(wallet.signer, {
      sign: async (unsigned) => {
        const signed = await wallet.signer.sign(unsigned);
        return KILL_AT === 'sign' ? die() : signed;
      },
    }),
    rail: replaced(wallet.rail, {
      send: async (raw) => {
        const result = await wallet.rail.send(raw);
        return KILL_AT === 'send' ? die() : result;
      },
    }),
  }),
  store: (store) =>
    replaced(store, {
      append: async (appends) => {
        const types = appends.flatMap(({ events }) => events.map(({ type }) => type));
        if (types.some((type) => KILL_AT === `before ${type}`)) await die();
        const outcomes = await store.append(appends);
        if (outcomes.every(({ ok }) => ok) && types.some((type) => type === KILL_AT)) await die();
        return outcomes;
      },
    }),
};

void testHouse({
  databaseUrl: DATABASE_URL ?? '',
  ...{ chainUrl: CHAIN_URL ?? '', chain: CHAIN ?? '', token: TOKEN ?? '' },
  hotWalletKey: HOT_WALLET_KEY ?? '',
  parts: (PARTS ?? '').split(',') as WorkerPart[],
  deposits: { rules: [{ asset: '*', upTo: null, confirmations: 1 }] },
  wrapping,
});
// When the test itself dies, no child is left behind.
process.once('disconnect', () => process.exit());
