import { accept, type Decider, type Decision, repeat, unreachable } from '../decider.ts';
import { type DepositRef, depositId, type PlayerRef } from '../ids.ts';
import { formatAmount } from '../money.ts';
import type { Booking, DepositEvent } from './events.ts';

export interface BlockPoint {
  readonly height: number;
  readonly hash: string;
}

/** All that was decided about a transfer when it was seen. */
export interface DepositFacts {
  readonly address: string;
  readonly from: string;
  readonly owner: PlayerRef | null;
  readonly contract: string | null;
  readonly asset: string | null;
  readonly currency: string | null;
  readonly amount: bigint;
  readonly booking: Booking;
  readonly rejection: 'unlisted-asset' | 'below-minimum' | 'internal' | null;
  readonly required: number;
  readonly policyVersion: number;
}

export type DepositCommand =
  | {
      readonly type: 'DetectDeposit';
      readonly deposit: DepositRef;
      readonly block: BlockPoint;
      readonly facts: DepositFacts;
    }
  | {
      readonly type: 'ObserveTip';
      readonly deposit: DepositRef;
      readonly head: BlockPoint;
      readonly finalized: BlockPoint;
    }
  | {
      readonly type: 'OrphanDeposit';
      readonly deposit: DepositRef;
      readonly block: BlockPoint;
    };

export type DepositState =
  | { readonly status: 'unseen' }
  | (Sighting & { readonly status: 'confirming' | 'confirmed' | 'final' | 'orphaned' });

interface Sighting {
  readonly epoch: number;
  readonly block: BlockPoint;
  readonly confirmations: number;
  readonly facts: Omit<DepositFacts, 'rejection'>;
}

export const depositDecider: Decider<DepositState, DepositCommand, DepositEvent> = {
  initialState: () => ({ status: 'unseen' }),

  decide(command, state) {
    switch (command.type) {
      case 'DetectDeposit':
        return detect(command, state);
      case 'ObserveTip':
        return observeTip(command, state);
      case 'OrphanDeposit': {
        if (!isLive(state) || state.block.hash !== command.block.hash) return repeat;
        // The scanner stops at a reorg below finality, so this would be a defect.
        if (state.status === 'final') {
          throw new Error(`deposit ${depositId(command.deposit)} is final`);
        }
        return accept(orphaned(command.deposit, state));
      }
      default:
        return unreachable(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'DepositDetected': {
        const { epoch, block, address, from, owner, contract, asset, currency } = event.data;
        const { booking, required, policyVersion } = event.data;
        const amount = BigInt(event.data.amount);
        const facts = { address, from, owner, contract, asset, currency, amount };
        return {
          status: 'confirming',
          epoch,
          block,
          confirmations: 0,
          facts: { ...facts, booking, required, policyVersion },
        };
      }
      case 'DepositRejected':
        return state;
      case 'DepositConfirmed': {
        if (state.status === 'unseen') return state;
        const { confirmations, required } = event.data;
        const status = confirmations >= required ? 'confirmed' : 'confirming';
        return { ...state, confirmations, status };
      }
      case 'DepositFinalised':
        return state.status === 'unseen' ? state : { ...state, status: 'final' };
      case 'DepositOrphaned':
        return state.status === 'unseen' ? state : { ...state, status: 'orphaned' };
      default:
        return unreachable(event);
    }
  },
};

type Live = Exclude<DepositState, { status: 'unseen' }>;

const isLive = (state: DepositState): state is Live =>
  state.status !== 'unseen' && state.status !== 'orphaned';

function orphaned(deposit: DepositRef, { epoch, block }: Live): DepositEvent {
  return { type: 'DepositOrphaned', data: { ...deposit, epoch, block } };
}

function detect(
  { deposit, block, facts }: Extract<DepositCommand, { type: 'DetectDeposit' }>,
  state: DepositState,
): Decision<DepositEvent> {
  if (isLive(state) && state.block.hash === block.hash) return repeat;
  const epoch = state.status === 'unseen' ? 1 : state.epoch + 1;
  const { rejection, amount, ...rest } = facts;
  const events: DepositEvent[] = [
    {
      type: 'DepositDetected',
      data: { ...deposit, epoch, block, ...rest, amount: formatAmount(amount) },
    },
  ];
  if (rejection) {
    events.push({ type: 'DepositRejected', data: { ...deposit, epoch, reason: rejection } });
  }
  // Mined in another block than the one known: the old sighting ends first.
  if (isLive(state)) events.unshift(orphaned(deposit, state));
  return accept(...events);
}

function observeTip(
  { deposit, head, finalized }: Extract<DepositCommand, { type: 'ObserveTip' }>,
  state: DepositState,
): Decision<DepositEvent> {
  if (!isLive(state) || state.status === 'final') return repeat;
  const { epoch, block } = state;
  const { required } = state.facts;
  const confirmations = Math.min(head.height - block.height + 1, required);
  const events: DepositEvent[] = [];
  if (confirmations > state.confirmations) {
    events.push({
      type: 'DepositConfirmed',
      data: { ...deposit, epoch, confirmations, required, head },
    });
  }
  if (confirmations >= required && finalized.height >= block.height) {
    events.push({ type: 'DepositFinalised', data: { ...deposit, epoch, finalized } });
  }
  return events.length === 0 ? repeat : accept(...events);
}
