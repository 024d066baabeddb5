import type { ApiKey } from '../config.ts';
import { Client } from './client.ts';
import { money } from './describe.ts';
import { tellEvent, tellTimeline, until } from './follow.ts';
import { DemoError, type Narrator } from './narrator.ts';
import { CHAIN, type World } from './world.ts';

const ETHER = 10n ** 18n;
const USDT = 10n ** 6n;

export interface Cast {
  readonly url: string;
  readonly game: Client;
  readonly alice: Client;
  readonly bob: Client;
  readonly auditor: Client;
}

export function castOf(url: string, keys: readonly ApiKey[]): Cast {
  const client = (id: string) => {
    const key = keys.find((k) => k.id === id);
    if (!key) throw new DemoError(`there is no key ${id}: the demo uses the development keys`);
    return new Client(url, key);
  };
  return {
    url,
    game: client('dev-game'),
    alice: client('dev-alice'),
    bob: client('dev-bob'),
    auditor: client('dev-audrey'),
  };
}

/** A player with an address, and coins sent to it and to the hot wallet by real transactions. */
export async function deposits(
  { alice, auditor }: Cast,
  world: World,
  hotWallet: string,
  player: string,
  narrator: Narrator,
): Promise<void> {
  narrator.chapter('A player deposits ETH and USDT');
  await alice.post('/v1/players', { player });
  const { address } = await alice.post(`/v1/players/main/${player}/deposit-addresses`, {
    chain: CHAIN,
  });
  narrator.line('PlayerRegistered', player);
  narrator.line('DepositAddressAssigned', `${address}: the player's own, derived without a key`);
  const payments = [
    await world.send(String(address), ETHER / 2n),
    await world.sendUsdt(String(address), 250n * USDT),
  ];
  narrator.line(
    'sent from outside',
    `${money(ETHER / 2n, 'ETH')} and ${money(250n * USDT, 'USDT')}`,
  );
  const funding = [
    await world.send(hotWallet, ETHER / 10n),
    await world.sendUsdt(hotWallet, 100n * USDT),
  ];
  narrator.line('sent to the hot wallet', 'the house brings its own ETH for fees and 100 USDT');
  // A block may be final before a credit is booked: the one doesn't wait for the other.
  const tell = async (txid: string, label: string, booked: string) => {
    const path = await depositPath(auditor, txid);
    await tellTimeline(auditor, path, [booked, 'DepositFinalised'], narrator, { label });
  };
  const labels = ['ETH', 'USDT'];
  await Promise.all([
    ...payments.map((txid, index) => tell(txid, labels[index] ?? '', 'DepositCredited')),
    ...funding.map((txid, index) => tell(txid, `hot wallet ${labels[index]}`, 'WalletFunded')),
  ]);
}

function depositPath(client: Client, txid: string): Promise<string> {
  return until(`the deposit ${txid}`, async () => {
    const { items } = await client.get('/v1/deposits?limit=50');
    const found = (items as { txid: string; deposit: string }[]).find((d) => d.txid === txid);
    return found && `/v1/deposits/${found.deposit}`;
  });
}

/** What a game service sends, signed. */
export async function games(
  { game, auditor }: Cast,
  player: string,
  narrator: Narrator,
): Promise<void> {
  narrator.chapter('A game service plays, with signed requests');
  const account = `main/${player}/USDT`;
  const common = { player, currency: 'USDT', round: `${player}-r1` };
  const opened = await game.post('/v1/sessions', { player, currency: 'USDT' });
  narrator.line(
    'SessionOpened',
    `with ${opened.provider}, until ${opened.expiresAt}: bets carry its token`,
  );
  const game_ = { ...common, game: 'dice' };
  const session = String(opened.token);
  const bet = { ...game_, session, transaction: `${player}-bet-1`, amount: String(40n * USDT) };
  const tell = async (answer: Record<string, unknown>, more = '') =>
    tellEvent(
      auditor,
      account,
      answer.position,
      narrator,
      ` (available ${money(answer.available, 'USDT')}${more})`,
    );
  const first = await game.post('/v1/bets', bet);
  await tell(first);
  const win = { ...game_, transaction: `${player}-win-1`, amount: String(100n * USDT) };
  await tell(await game.post('/v1/wins', { ...win, bet: bet.transaction }));
  const second = { ...game_, session, transaction: `${player}-bet-2`, round: `${player}-r2` };
  await tell(await game.post('/v1/bets', { ...second, amount: String(25n * USDT) }));
  const { currency } = common;
  await tell(
    await game.post('/v1/rollbacks', {
      ...{ player, currency, transaction: `${player}-rollback-1`, target: second.transaction },
    }),
  );
  const again = await game.post('/v1/bets', bet);
  const same = again.repeat === true && again.position === first.position;
  if (!same) throw new DemoError(`the repeat was answered with ${JSON.stringify(again)}`);
  narrator.line(
    'the first bet again',
    `answered as a repeat: position ${again.position}, available ${money(again.available, 'USDT')}`,
  );
  const tooMuch = { ...second, transaction: `${player}-bet-3`, amount: String(10_000n * USDT) };
  const problem = await game.refused(409, '/v1/bets', tooMuch);
  narrator.line(
    'a bet of 10000 USDT',
    `refused: ${problem.code}, available ${money(problem.available, 'USDT')}`,
  );
}

/** From the request to the coin's arrival outside. */
export async function withdrawal(
  { alice, bob, auditor }: Cast,
  world: World,
  player: string,
  narrator: Narrator,
): Promise<void> {
  narrator.chapter('A withdrawal, approved by a second person, paid on chain');
  const destination = `0x${'c0ffee'.repeat(6)}${String(world.memory.runs).padStart(4, '0')}`;
  const before = await world.balanceOf(destination, 'USDT');
  const amount = 60n * USDT;
  const asked = await alice.post(
    '/v1/withdrawals',
    { player, currency: 'USDT', chain: CHAIN, destination, amount: String(amount) },
    { 'idempotency-key': `${player}-withdrawal-1` },
  );
  const path = `/v1/withdrawals/${asked.withdrawal}`;
  await auditor.get(`${path}?waitFor=${asked.position}`);
  const told = await tellTimeline(auditor, path, ['WithdrawalPutUnderReview'], narrator);
  const { withdrawal: row } = await bob.get(path);
  const { contentHash } = row as { contentHash: string };
  const problem = await alice.refused(403, `${path}/approve`, { contentHash });
  narrator.line('alice approves', `refused: ${problem.code}`);
  await bob.post(`${path}/approve`, { contentHash });
  await tellTimeline(auditor, path, ['WithdrawalCompleted'], narrator, { after: told });
  const after = await world.balanceOf(destination, 'USDT');
  if (after - before !== amount) throw new DemoError(`${destination} received ${after - before}`);
  narrator.line('received outside', `${money(amount, 'USDT')} at ${destination}`);
}
