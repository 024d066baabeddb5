import type { AddressBook, ChainReader } from '../chain.ts';
import type { Asset, AssetRegistry } from '../domain/assets.ts';
import type { Decider } from '../domain/decider.ts';
import type { DomainEvent } from '../domain/events.ts';
import { type PlayerRef, streams } from '../domain/ids.ts';
import { playerDecider } from '../domain/player/decide.ts';
import { type PolicyState, policyDecider } from '../domain/policy/decide.ts';
import { type Rejection, type RejectionCode, rejection } from '../domain/rejections.ts';
import type { EventStore, Position } from '../event-store.ts';
import type { System } from '../system.ts';
import type { Watchlist } from './chains/watchlist.ts';
import type { CommandContext, Engine, Outcome } from './engine.ts';

export interface HouseChain {
  readonly reader: ChainReader;
  readonly addresses: AddressBook;
  /** The wallet that pays; watched like any address of ours. */
  readonly hotWallet: string;
}

/** What the use cases and policies work with: made once, in main. */
export interface House {
  readonly store: EventStore;
  readonly engine: Engine;
  readonly system: System;
  readonly assets: AssetRegistry;
  /** By CAIP-2 id. */
  readonly chains: ReadonlyMap<string, HouseChain>;
  readonly watchlist: Watchlist;
  /** The streams of players that are known to be registered: nobody is ever unregistered. */
  readonly knownPlayers: Set<string>;
}

/** A use case's answer: what was asked for, or the domain's no. */
export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly rejection: Rejection };

export const answer = <Value>(value: Value): Answer<Value> => ({ ok: true, value });

export const no = (
  code: RejectionCode,
  details: Readonly<Record<string, string | number>> = {},
): Answer<never> => ({ ok: false, rejection: rejection(code, details) });

export type Done<View> = Extract<Outcome<View>, { kind: 'done' }>;

/**
 * Runs one command and makes the answer from what the stream is then, or from the `view` of it that
 * was taken at that moment.
 */
export function execute<State, Command, Event extends DomainEvent, Value, View = State>(
  house: House,
  decider: Decider<State, Command, Event>,
  stream: string,
  command: Command,
  context: CommandContext,
  toValue: (done: Done<View>) => Value | Promise<Value>,
  view?: (state: State) => View,
): Promise<Answer<Value>> {
  return house.engine.execute(decider, stream, command, context, view).then((outcome) => {
    if (outcome.kind === 'refused') return { ok: false, rejection: outcome.rejection };
    const value = toValue(outcome);
    return value instanceof Promise ? value.then(answer) : answer(value);
  });
}

/** Where the effect of a command stands in the log: its stream's last event, or an earlier one. */
export async function positionOf(
  { engine }: Pick<House, 'engine'>,
  stream: string,
  { position, revision }: Done<unknown>,
  wanted = revision,
): Promise<Position> {
  return position && wanted === revision ? position : engine.positionOf(stream, wanted);
}

const KNOWN_PLAYERS = 200_000;

/** Null when the player is registered. */
export async function missingPlayer(
  house: House,
  { brand, player }: PlayerRef,
): Promise<Answer<never> | null> {
  const { engine, knownPlayers } = house;
  const stream = streams.player({ brand, player });
  if (knownPlayers.has(stream)) return null;
  // Nobody is ever unregistered, so an old state that says yes will do.
  const isRegistered =
    (await engine.peek(playerDecider, stream)).registered ||
    (await engine.load(playerDecider, stream)).registered;
  if (!isRegistered) return no('player-not-found', { brand, player });
  if (knownPlayers.size >= KNOWN_PLAYERS) knownPlayers.clear();
  knownPlayers.add(stream);
  return null;
}

export function policies({ engine }: House): Promise<PolicyState> {
  return engine.load(policyDecider, streams.policy('main'));
}

/** The asset in which a currency is held on a chain. */
export function assetOn({ assets }: House, chain: string, currency: string): Asset | undefined {
  return assets.ofCurrency(chain, currency);
}

/** Where an answer's effect stands in the log. */
export interface Placed {
  readonly position: Position;
  /** The effect is an earlier call's. */
  readonly repeat: boolean;
}
