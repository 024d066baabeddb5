import {
  type ChainReader,
  type FeeTerms,
  type PayoutOrder,
  type PayoutRail,
  PayoutWouldRevert,
  type Signer,
} from '../../chain.ts';
import { deterministicId, streams } from '../../domain/ids.ts';
import type { PayoutCommand } from '../../domain/withdrawal/commands.ts';
import { withdrawalDecider } from '../../domain/withdrawal/decide.ts';
import type { WithdrawalState } from '../../domain/withdrawal/state.ts';
import { isoTime } from '../../system.ts';
import type { CommandContext } from '../engine.ts';
import type { House } from '../house.ts';
import { type Commitment, commitments, sufficient } from './funds.ts';
import { nonceOf, takeNonce } from './nonces.ts';
import { PayoutQueue } from './payout-queue.ts';
import { signedBytes } from './signed-bytes.ts';
import { type StuckPayout, StuckPayouts } from './stuck-payouts.ts';

/** One hot wallet: the chain it pays on, and the only thing that holds its key. */
export interface PayoutWallet {
  readonly reader: ChainReader;
  readonly rail: PayoutRail;
  readonly signer: Signer;
}

type Known = Exclude<WithdrawalState, { status: 'none' }>;
type InStatus<Status extends Known['status']> = Known & { readonly status: Status };

/** Nothing is recorded now. With a reason when it isn't only the chain that takes its time. */
interface Wait {
  readonly type: 'Wait';
  readonly reason: string | null;
}
type Step = PayoutCommand | Wait;

const wait = (reason: string | null): Wait => ({ type: 'Wait', reason });

/**
 * Pays what was approved, one recorded step at a time, so that a stop anywhere is gone on from. The
 * signed bytes are in the log before the first of them is sent, and what is sent was read from
 * there.
 */
export class PayoutWorker {
  readonly #house: House;
  readonly #wallet: PayoutWallet;
  readonly #queue: PayoutQueue;
  readonly #stuck: StuckPayouts;
  #verified = false;

  /** `onStuck` hears why a withdrawal doesn't go on: once, and again when the reason changes. */
  constructor(
    house: House,
    wallet: PayoutWallet,
    onStuck: (withdrawal: string, reason: unknown) => void,
  ) {
    this.#house = house;
    this.#wallet = wallet;
    this.#queue = new PayoutQueue(house.store);
    this.#stuck = new StuckPayouts(onStuck);
  }

  /** Those that didn't go on in the last round, and not for the chain's pace alone. */
  stuck(): readonly StuckPayout[] {
    return this.#stuck.list();
  }

  /** Each waiting withdrawal as far as it goes now. One that fails doesn't hold up the others. */
  async advance(): Promise<void> {
    if (!this.#verified) await this.#wallet.reader.verify();
    this.#verified = true;
    const { chain } = this.#wallet.rail;
    const all = new Map<string, Known>();
    for (const withdrawal of await this.#queue.refresh()) {
      const state = await this.#load(withdrawal);
      if (state.request.chain === chain) all.set(withdrawal, state);
    }
    this.#stuck.keepOnly(new Set(all.keys()));
    for (const [withdrawal, state] of all) {
      try {
        this.#stuck.set(withdrawal, await this.#advanceOne(state, commitments(all.values())));
      } catch (error) {
        this.#stuck.set(withdrawal, error);
      }
      all.set(withdrawal, await this.#load(withdrawal));
    }
  }

  async #load(withdrawal: string): Promise<Known> {
    const stream = streams.withdrawal(withdrawal);
    const state = await this.#house.engine.load(withdrawalDecider, stream);
    if (state.status === 'none') throw new Error(`${stream} has no request`);
    return state;
  }

  /** Why it waits; null when there is nothing to say. */
  async #advanceOne(first: Known, committed: readonly Commitment[]): Promise<string | null> {
    let state = first;
    for (;;) {
      const step = await this.#next(state, committed);
      if (step.type === 'Wait') return step.reason;
      const before = state.status;
      state = await this.#record(state, step);
      if (state.status === before) return null;
    }
  }

  async #next(state: Known, committed: readonly Commitment[]): Promise<Step> {
    switch (state.status) {
      case 'approved':
        return this.#allocate(state, committed);
      case 'allocated':
        return this.#sign(state);
      case 'signed':
        return (await this.#send(state)) ?? { type: 'RecordBroadcast' };
      case 'broadcast':
        return this.#look(state);
      case 'seen':
        return this.#confirm(state);
      default:
        return wait(null);
    }
  }

  async #allocate(state: InStatus<'approved'>, committed: readonly Commitment[]): Promise<Step> {
    const { reader, signer } = this.#wallet;
    const { withdrawal } = state.request;
    const wallet = signer.address;
    // Stopped half way. It was approved then, and a nonce that is never used blocks all later ones.
    const taken = await nonceOf(this.#house, this.#wallet, withdrawal);
    if (taken !== undefined) return { type: 'AllocatePayout', wallet, nonce: taken };
    const now = isoTime(this.#house.system.now());
    if (state.expiresAt <= now) return { type: 'ReturnExpiredToReview', now };
    const order = this.#order(state);
    const fee = await this.#quote(state, order);
    // A wallet that can't pay, or a dear chain, makes it wait; no nonce is taken before.
    if ('type' in fee) return fee;
    if (!(await sufficient(reader, order, fee.most, committed))) {
      return wait(`the wallet ${wallet} can't pay ${order.amount} and the fee now`);
    }
    const context = this.#context(state, 'allocate');
    const nonce = await takeNonce(this.#house, this.#wallet, withdrawal, context);
    return { type: 'AllocatePayout', wallet, nonce };
  }

  async #sign(state: InStatus<'allocated'>): Promise<Step> {
    const { rail, signer } = this.#wallet;
    // A nonce is one wallet's: under another key it would pay twice or leave a gap.
    if (state.wallet !== signer.address) return wait(`its nonce is one of ${state.wallet}`);
    const order = this.#order(state);
    const fee = await this.#quote(state, order);
    if ('type' in fee) return fee;
    const raw = await signer.sign(rail.build(order, state.nonce, fee));
    const { most, terms } = fee;
    const txid = rail.txid(raw);
    return { type: 'RecordSignature', txid, raw, fee: { most: most.toString(), terms } };
  }

  /** The bytes as the log has them. Null when a node took them or knew them. */
  async #send(state: InStatus<'signed' | 'broadcast'>): Promise<Wait | null> {
    const raw = await signedBytes(this.#house.store, state.request.withdrawal);
    const result = await this.#wallet.rail.send(raw);
    if (result.kind === 'accepted') return null;
    // No proof that it can never be mined, so it stays held and is never signed again: a person
    // has to look (another transaction may have taken the nonce).
    return wait(`the node refuses the payout: ${result.reason}`);
  }

  async #look(state: InStatus<'broadcast'>): Promise<Step> {
    const sighting = await this.#wallet.rail.sighting(state.txid);
    if (sighting.kind === 'mined') return { type: 'RecordSeen', block: sighting.block };
    // A node may have dropped it: the same bytes again can't pay twice.
    const refused = sighting.kind === 'unknown' ? await this.#send(state) : null;
    return refused ?? wait(null);
  }

  async #confirm(state: InStatus<'seen'>): Promise<Step> {
    const { rail, reader } = this.#wallet;
    const { block } = state;
    const sighting = await rail.sighting(state.txid);
    if (sighting.kind !== 'mined') {
      // "Not found" may be a node that lags; another block at that height is a fact.
      const canonical = await reader.block(block.height);
      if (!canonical || canonical.hash === block.hash) return wait(null);
      return { type: 'RecordOrphaned', block };
    }
    if (sighting.block.hash !== block.hash) return { type: 'RecordSeen', block: sighting.block };
    const { finalized } = await reader.tip();
    if (finalized.height < block.height) return wait(null);
    const { succeeded, fee } = sighting;
    return { type: 'RecordOutcome', block, succeeded, fee: fee.toString() };
  }

  #order({ request }: InStatus<'approved' | 'allocated'>): PayoutOrder {
    const { destination: to, contract, amount } = request;
    return { from: this.#wallet.signer.address, to, contract, amount: BigInt(amount) };
  }

  async #quote({ request }: Known, order: PayoutOrder): Promise<FeeTerms | Wait> {
    try {
      const fee = await this.#wallet.rail.quote(order, BigInt(request.feeCap));
      return fee ?? wait(`no fee at or under the cap of ${request.feeCap} would be mined now`);
    } catch (error) {
      if (error instanceof PayoutWouldRevert) return wait(`it would fail: ${error.message}`);
      throw error;
    }
  }

  async #record(state: Known, command: PayoutCommand): Promise<Known> {
    const stream = streams.withdrawal(state.request.withdrawal);
    const context = this.#context(state, command.type);
    const outcome = await this.#house.engine.execute(withdrawalDecider, stream, command, context);
    if (outcome.kind === 'refused') throw new Error(outcome.rejection.message);
    if (outcome.state.status === 'none') throw new Error(`${stream} has no request`);
    return outcome.state;
  }

  #context({ request }: Known, step: string): CommandContext {
    const { withdrawal } = request;
    const commandId = deterministicId('payout', withdrawal, step);
    const actor = { kind: 'system', id: `pay ${this.#wallet.rail.chain}` } as const;
    return { actor, commandId, causationId: commandId, correlationId: withdrawal };
  }
}
