import type { ChainReader, FeeTerms, PayoutOrder, PayoutRail, Signer } from '../../chain.ts';
import { decodeEvent } from '../../domain/events.ts';
import { deterministicId, streams } from '../../domain/ids.ts';
import { walletDecider } from '../../domain/wallet/decide.ts';
import type { PayoutCommand } from '../../domain/withdrawal/commands.ts';
import { withdrawalDecider } from '../../domain/withdrawal/decide.ts';
import type { WithdrawalState } from '../../domain/withdrawal/state.ts';
import { isoTime } from '../../system.ts';
import type { CommandContext } from '../engine.ts';
import { execute, type House } from '../house.ts';
import { type Commitment, sufficient } from './funds.ts';
import { PayoutQueue } from './payout-queue.ts';

/** One hot wallet: the chain it pays on, and the only thing that holds its key. */
export interface PayoutWallet {
  readonly reader: ChainReader;
  readonly rail: PayoutRail;
  readonly signer: Signer;
}

type Known = Exclude<WithdrawalState, { status: 'none' }>;
type InStatus<Status extends Known['status']> = Known & { readonly status: Status };

/**
 * Pays what was approved, one recorded step at a time, so that a stop anywhere is gone on from. The
 * signed bytes are in the log before the first of them is sent, and what is sent was read from there.
 */
export class PayoutWorker {
  readonly #house: House;
  readonly #wallet: PayoutWallet;
  readonly #queue: PayoutQueue;
  readonly #onError: (withdrawal: string, error: unknown) => void;
  #verified = false;

  constructor(
    house: House,
    wallet: PayoutWallet,
    onError: (withdrawal: string, error: unknown) => void,
  ) {
    this.#house = house;
    this.#wallet = wallet;
    this.#queue = new PayoutQueue(house.store);
    this.#onError = onError;
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
    for (const [withdrawal, state] of all) {
      try {
        all.set(withdrawal, await this.#advanceOne(state, commitments(all.values())));
      } catch (error) {
        this.#onError(withdrawal, error);
        all.set(withdrawal, await this.#load(withdrawal));
      }
    }
  }

  async #load(withdrawal: string): Promise<Known> {
    const stream = streams.withdrawal(withdrawal);
    const state = await this.#house.engine.load(withdrawalDecider, stream);
    if (state.status === 'none') throw new Error(`${stream} has no request`);
    return state;
  }

  async #advanceOne(first: Known, committed: readonly Commitment[]): Promise<Known> {
    let state = first;
    for (;;) {
      const command = await this.#next(state, committed);
      if (command === null) return state;
      const before = state.status;
      state = await this.#record(state, command);
      if (state.status === before) return state;
    }
  }

  /** What is to be recorded next; null while there is nothing but waiting. */
  async #next(state: Known, committed: readonly Commitment[]): Promise<PayoutCommand | null> {
    switch (state.status) {
      case 'approved':
        return this.#allocate(state, committed);
      case 'allocated':
        return this.#sign(state);
      case 'signed':
        return (await this.#send(state)) ? { type: 'RecordBroadcast' } : null;
      case 'broadcast':
        return this.#look(state);
      case 'seen':
        return this.#confirm(state);
      default:
        return null;
    }
  }

  async #allocate(
    state: InStatus<'approved'>,
    committed: readonly Commitment[],
  ): Promise<PayoutCommand | null> {
    const now = isoTime(this.#house.system.now());
    if (state.expiresAt <= now) return { type: 'ReturnExpiredToReview', now };
    const { reader, signer } = this.#wallet;
    const order = this.#order(state);
    const fee = await this.#quote(state, order);
    // A wallet that can't pay, or a dear chain, makes it wait; no nonce is taken before.
    if (!fee || !(await sufficient(reader, order, fee.most, committed))) return null;
    const { withdrawal } = state.request;
    const nonce = await this.#nonce(withdrawal, this.#context(state, 'allocate'));
    return { type: 'AllocatePayout', wallet: signer.address, nonce };
  }

  async #nonce(withdrawal: string, context: CommandContext): Promise<number> {
    const { rail, signer } = this.#wallet;
    const { address } = signer;
    const wallet = { chain: rail.chain, address };
    const stream = streams.wallet(rail.chain, address);
    const { nextNonce } = await this.#house.engine.load(walletDecider, stream);
    if (nextNonce === null) {
      const firstNonce = await rail.firstNonce(address);
      const open = { type: 'OpenWallet', wallet, firstNonce } as const;
      await execute(this.#house, walletDecider, stream, open, context, () => null);
    }
    const allocate = { type: 'AllocateNonce', wallet, withdrawal } as const;
    const allocated = await execute(this.#house, walletDecider, stream, allocate, context, (done) =>
      done.state.nonces.get(withdrawal),
    );
    if (!allocated.ok || allocated.value === undefined) throw new Error(`${stream}: no nonce`);
    return allocated.value;
  }

  async #sign(state: InStatus<'allocated'>): Promise<PayoutCommand | null> {
    const { rail, signer } = this.#wallet;
    const order = this.#order(state);
    const fee = await this.#quote(state, order);
    if (!fee) return null;
    const raw = await signer.sign(rail.build(order, state.nonce, fee));
    const { most, terms } = fee;
    const txid = rail.txid(raw);
    return { type: 'RecordSignature', txid, raw, fee: { most: most.toString(), terms } };
  }

  /** The bytes as the log has them; true when a node took them or knew them. */
  async #send(state: InStatus<'signed' | 'broadcast'>): Promise<boolean> {
    const raw = await this.#recordedBytes(streams.withdrawal(state.request.withdrawal));
    const result = await this.#wallet.rail.send(raw);
    if (result.kind === 'accepted') return true;
    throw new Error(`the node refuses the payout: ${result.reason}`);
  }

  async #recordedBytes(stream: string): Promise<string> {
    for await (const recorded of this.#house.store.readStream(stream)) {
      if (recorded.type !== 'PayoutSigned') continue;
      const { event } = decodeEvent(recorded);
      if (event.type === 'PayoutSigned') return event.data.raw;
    }
    throw new Error(`${stream} has no signed bytes`);
  }

  async #look(state: InStatus<'broadcast'>): Promise<PayoutCommand | null> {
    const sighting = await this.#wallet.rail.sighting(state.txid);
    if (sighting.kind === 'mined') return { type: 'RecordSeen', block: sighting.block };
    // A node may have dropped it: the same bytes again can't pay twice.
    if (sighting.kind === 'unknown') await this.#send(state);
    return null;
  }

  async #confirm(state: InStatus<'seen'>): Promise<PayoutCommand | null> {
    const { rail, reader } = this.#wallet;
    const { block } = state;
    const sighting = await rail.sighting(state.txid);
    if (sighting.kind !== 'mined') {
      // "Not found" may be a node that lags; another block at that height is a fact.
      const canonical = await reader.block(block.height);
      if (!canonical || canonical.hash === block.hash) return null;
      return { type: 'RecordOrphaned', block };
    }
    if (sighting.block.hash !== block.hash) return { type: 'RecordSeen', block: sighting.block };
    const { finalized } = await reader.tip();
    if (finalized.height < block.height) return null;
    const { succeeded, fee } = sighting;
    return { type: 'RecordOutcome', block, succeeded, fee: fee.toString() };
  }

  #order({ request }: InStatus<'approved' | 'allocated'>): PayoutOrder {
    const { destination: to, contract, amount } = request;
    return { from: this.#wallet.signer.address, to, contract, amount: BigInt(amount) };
  }

  #quote({ request }: Known, order: PayoutOrder): Promise<FeeTerms | null> {
    return this.#wallet.rail.quote(order, BigInt(request.feeCap));
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

/** What is on its way out but not in a block yet: the balance on chain still shows it. */
function* outgoing(states: Iterable<Known>): Iterable<Commitment> {
  for (const state of states) {
    const { status } = state;
    if (status !== 'allocated' && status !== 'signed' && status !== 'broadcast') continue;
    const { contract, amount, feeCap } = state.request;
    yield { contract, amount: BigInt(amount), fee: BigInt(feeCap) };
  }
}

const commitments = (states: Iterable<Known>) => [...outgoing(states)];
