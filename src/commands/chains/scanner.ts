import type { ScannedBlock, ScannedBlocks } from '../../bookkeeping.ts';
import { type Block, ChainUnavailable, type Tip } from '../../chain.ts';
import { depositDecider } from '../../domain/deposit/decide.ts';
import { depositId, deterministicId, streams } from '../../domain/ids.ts';
import { execute, type House, type HouseChain } from '../house.ts';
import { detectDeposit } from './detect-deposit.ts';
import { type OpenDeposit, OpenDeposits } from './open-deposits.ts';

/** The chain broke its own promise of finality: a person has to look. */
export class FinalityBroken extends Error {
  override readonly name = 'FinalityBroken';
}

export interface ScannerOptions {
  /** The first block to scan, where nothing was scanned before. */
  readonly startHeight: number;
}

/**
 * Walks one chain block by block. The cursor moves only after what the block held is in the log, so
 * a stop anywhere is gone on from; a block seen twice changes nothing.
 */
export class Scanner {
  readonly #house: House;
  readonly #chain: HouseChain;
  readonly #blocks: ScannedBlocks;
  readonly #startHeight: number;
  readonly #open: OpenDeposits;
  #observed = '';
  #verified = false;

  constructor(
    house: House,
    chain: HouseChain,
    blocks: ScannedBlocks,
    { startHeight }: ScannerOptions,
  ) {
    this.#house = house;
    this.#chain = chain;
    this.#blocks = blocks;
    this.#startHeight = startHeight;
    this.#open = new OpenDeposits(house.store, chain.reader.chain);
  }

  get chain(): string {
    return this.#chain.reader.chain;
  }

  /** Up to the node's tip, at most `limit` blocks. True when it is there. Throws WrongChain. */
  async advance(limit: number): Promise<boolean> {
    if (!this.#verified) await this.#chain.reader.verify();
    this.#verified = true;
    const tip = await this.#chain.reader.tip();
    for (let scanned = 0; scanned < limit; scanned++) {
      const last = await this.#blocks.last();
      const height = last ? last.height + 1 : this.#startHeight;
      if (height > tip.head.height) {
        if (last && (await this.#leftBehind(last, tip))) continue;
        await this.#observe(tip, last);
        return true;
      }
      const block = await this.#chain.reader.block(height);
      if (!block) throw new ChainUnavailable(`the node has no block ${height} below its head`);
      if (last && block.parentHash !== last.hash) await this.#unwind(last);
      else await this.#take(block);
    }
    return false;
  }

  /** Whether the chain took another way at or below the cursor; a node that lags says nothing. */
  async #leftBehind(last: ScannedBlock, tip: Tip): Promise<boolean> {
    // Nearly always nothing is new, and then nothing more is asked.
    if (tip.head.hash === last.hash) return false;
    const stored = tip.head.height >= last.height ? last : await this.#blocks.at(tip.head.height);
    const block = stored && (await this.#chain.reader.block(stored.height));
    if (!block || block.hash === stored.hash) return false;
    await this.#unwind(stored);
    return true;
  }

  async #take(block: Block): Promise<void> {
    // After the fetch: an address that this block pays was in the log before it was mined.
    await this.#house.watchlist.refresh();
    for (const transfer of block.transfers) {
      const watched = this.#house.watchlist.find(this.chain, transfer.to);
      if (watched) await detectDeposit(this.#house, this.chain, block, transfer, watched);
    }
    const { height, hash, parentHash } = block;
    await this.#blocks.push({ height, hash, parentHash });
  }

  /** Back to the last block that both agree on; what stood above it is orphaned first. */
  async #unwind(last: ScannedBlock): Promise<void> {
    let common: ScannedBlock | undefined = last;
    while (common) {
      const block = await this.#chain.reader.block(common.height);
      if (!block) throw new ChainUnavailable(`the node has no block ${common.height}`);
      if (block.hash === common.hash) break;
      common = await this.#blocks.at(common.height - 1);
    }
    const height = common?.height ?? this.#startHeight - 1;
    const final = await this.#blocks.finalHeight();
    if (height < final) {
      throw new FinalityBroken(`${this.chain} changed above ${height}, but ${final} was final`);
    }
    for (const open of await this.#open.refresh()) {
      if (open.block.height > height) await this.#orphan(open);
    }
    await this.#blocks.rewind(height);
  }

  async #orphan({ deposit, block }: OpenDeposit): Promise<void> {
    const canonical = await this.#chain.reader.block(block.height);
    if (canonical?.hash === block.hash) return;
    const commandId = deterministicId('orphan-deposit', depositId(deposit), block.hash);
    await this.#run(deposit, { type: 'OrphanDeposit', deposit, block }, commandId);
  }

  /** Confirmations and finality of what is open, counted to the cursor. */
  async #observe(tip: Tip, last: ScannedBlock | undefined): Promise<void> {
    if (!last || last.height !== tip.head.height || last.hash !== tip.head.hash) return;
    const seen = `${last.hash} ${tip.finalized.hash}`;
    if (this.#observed === seen) return;
    for (const { deposit, block } of await this.#open.refresh()) {
      const scanned = await this.#blocks.at(block.height);
      // The cursor was lost or moved between two writes: what isn't on this chain is orphaned.
      if (scanned && scanned.hash !== block.hash) await this.#orphan({ deposit, block });
      const { finalized } = tip;
      const commandId = deterministicId('observe-tip', depositId(deposit), seen);
      const head = { height: last.height, hash: last.hash };
      await this.#run(deposit, { type: 'ObserveTip', deposit, head, finalized }, commandId);
    }
    await this.#blocks.setFinalHeight(Math.min(tip.finalized.height, last.height));
    this.#observed = seen;
  }

  async #run(
    deposit: OpenDeposit['deposit'],
    command: Parameters<typeof depositDecider.decide>[0],
    commandId: string,
  ): Promise<void> {
    const { chain, txid, position } = deposit;
    await execute(
      this.#house,
      depositDecider,
      streams.deposit(deposit),
      command,
      {
        actor: { kind: 'system', id: `scan ${chain}` },
        commandId,
        causationId: commandId,
        correlationId: deterministicId('deposit', chain, txid, position),
      },
      () => null,
    );
  }
}
