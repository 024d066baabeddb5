import { accept, type Decider, refuse, repeat, unreachable } from '../decider.ts';
import type { PlayerRef } from '../ids.ts';
import { rejection } from '../rejections.ts';
import {
  type Exclude,
  evolveExclusion,
  exclude,
  type Readmit,
  readmit,
} from './decide-exclusion.ts';
import type { AddressEvent, PlayerEvent } from './events.ts';
import type { Exclusion } from './exclusions.ts';

export type PlayerCommand = { readonly player: PlayerRef } & (
  | { readonly type: 'RegisterPlayer' }
  | {
      readonly type: 'AssignDepositAddress';
      readonly chain: string;
      readonly index: number;
      readonly address: string;
    }
  | Exclude
  | Readmit
);

export interface AssignedAddress {
  readonly chain: string;
  readonly index: number;
  readonly address: string;
}

export interface PlayerState {
  readonly registered: boolean;
  /** One for each chain. */
  readonly addresses: readonly AssignedAddress[];
  /** One word for each kind: the newest. */
  readonly exclusions: readonly Exclusion[];
}

export const playerDecider: Decider<PlayerState, PlayerCommand, PlayerEvent> = {
  initialState: () => ({ registered: false, addresses: [], exclusions: [] }),

  decide(command, state, nowMs) {
    const { player } = command;
    switch (command.type) {
      case 'ExcludePlayer':
      case 'ReadmitPlayer':
        if (!state.registered) return refuse(rejection('player-not-found', { ...player }));
        return command.type === 'ExcludePlayer'
          ? exclude(player, command, state.exclusions, nowMs)
          : readmit(player, command, state.exclusions, nowMs);
      case 'RegisterPlayer':
        return state.registered ? repeat : accept({ type: 'PlayerRegistered', data: player });
      case 'AssignDepositAddress': {
        const { chain, index, address } = command;
        if (!state.registered) return refuse(rejection('player-not-found', { ...player }));
        if (state.addresses.some((a) => a.chain === chain)) return repeat;
        return accept({
          type: 'DepositAddressAssigned',
          data: { ...player, chain, index, address },
        });
      }
      default:
        return unreachable(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'PlayerRegistered':
        return { ...state, registered: true };
      case 'DepositAddressAssigned': {
        const { chain, index, address } = event.data;
        return { ...state, addresses: [...state.addresses, { chain, index, address }] };
      }
      case 'PlayerExcluded':
      case 'PlayerReadmitted':
        return { ...state, exclusions: evolveExclusion(state.exclusions, event) };
      default:
        return unreachable(event);
    }
  },
};

export interface AllocateIndex {
  readonly type: 'AllocateIndex';
  readonly chain: string;
  readonly player: PlayerRef;
}

export interface AddressIndexes {
  next: number;
  /** By `<brand>.<player>`. */
  readonly allocated: Map<string, number>;
}

export const addressOwner = ({ brand, player }: PlayerRef) => `${brand}.${player}`;

/** Hands out each index below a chain's extended public key once. */
export const addressIndexDecider: Decider<AddressIndexes, AllocateIndex, AddressEvent> = {
  initialState: () => ({ next: 0, allocated: new Map() }),

  decide({ chain, player }, state) {
    if (state.allocated.has(addressOwner(player))) return repeat;
    return accept({
      type: 'AddressIndexAllocated',
      data: { ...player, chain, index: state.next },
    });
  },

  evolve(state, { data }) {
    state.allocated.set(addressOwner(data), data.index);
    state.next = data.index + 1;
    return state;
  },
};
