import type { BlockRef } from '../../chain.ts';
import type { Asset } from '../../domain/assets.ts';
import { decodeEvent } from '../../domain/events.ts';
import { deterministicId, streams } from '../../domain/ids.ts';
import { walletDecider } from '../../domain/wallet/decide.ts';
import { type Position, START } from '../../event-store.ts';
import { execute, type House, type HouseChain } from '../house.ts';

/** Older deposits were seen to by an earlier process, or are when their address's turn comes. */
const RECENT_BLOCKS = 300;

/**
 * Asks the chain what each address of ours holds, at final blocks, and records what is new. The
 * wallet that pays is asked at every one, and an address that was paid as soon as that is final;
 * the others in turn, a few at each look, so that many addresses cost the node no more than few.
 */
export class Holdings {
  readonly #house: House;
  readonly #chain: HouseChain;
  /** By address: the height from which it holds something new. */
  readonly #paid = new Map<string, number>();
  #position: Position = START;
  #at = '';
  #next = 0;
  #verified = false;

  constructor(house: House, chain: HouseChain) {
    this.#house = house;
    this.#chain = chain;
  }

  get chain(): string {
    return this.#chain.reader.chain;
  }

  /**
   * Asks nothing while no block became final. Throws what the node's last failure was when all were
   * asked, WrongChain at once.
   */
  async look(others: number): Promise<void> {
    const { reader, hotWallet } = this.#chain;
    if (!this.#verified) await reader.verify();
    this.#verified = true;
    const { finalized } = await reader.tip();
    if (finalized.hash === this.#at) return;
    let failure: unknown;
    for (const address of new Set([hotWallet, ...(await this.#due(finalized, others))])) {
      try {
        await this.#ask(address, finalized);
        if ((this.#paid.get(address) ?? Infinity) <= finalized.height) this.#paid.delete(address);
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== undefined) throw failure;
    this.#at = finalized.hash;
  }

  async #due({ height }: BlockRef, others: number): Promise<string[]> {
    const { store, watchlist } = this.#house;
    await watchlist.refresh();
    const filter = { streamPrefixes: [`deposit-${this.chain}.`], types: ['DepositDetected'] };
    for await (const recorded of store.readAll({ after: this.#position, filter })) {
      const { event } = decodeEvent(recorded);
      this.#position = recorded.position;
      if (event.type !== 'DepositDetected') continue;
      const { address, block } = event.data;
      if (block.height > height - RECENT_BLOCKS) this.#paid.set(address, block.height);
    }
    const paid = [...this.#paid].filter(([, at]) => at <= height).map(([address]) => address);
    const all = watchlist.addresses(this.chain);
    const inTurn = all.slice(this.#next, this.#next + others);
    this.#next = this.#next + others >= all.length ? 0 : this.#next + others;
    return [...paid, ...inTurn];
  }

  async #ask(address: string, block: BlockRef): Promise<void> {
    const assets = [...this.#house.assets.assets.values()].filter((a) => a.chain === this.chain);
    await Promise.all(assets.map((asset) => this.#askOne(address, asset, block)));
  }

  async #askOne(address: string, asset: Asset, { height, hash }: BlockRef): Promise<void> {
    const amount = await this.#chain.reader.balance(address, asset.contract, height);
    const { chain } = this;
    const commandId = deterministicId('observe-holding', chain, address, asset.id, hash);
    const holding = { asset: asset.id, currency: asset.currency, amount, block: { height, hash } };
    await execute(
      this.#house,
      walletDecider,
      streams.wallet(chain, address),
      { type: 'ObserveHolding', wallet: { chain, address }, holding },
      {
        actor: { kind: 'system', id: `look ${chain}` },
        ...{ commandId, causationId: commandId, correlationId: commandId },
      },
      () => null,
    );
  }
}
