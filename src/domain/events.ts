import { z } from 'zod';
import { type AccountEvent, accountEvents } from './account/events.ts';
import { accountTransfers } from './account/postings.ts';
import { canonicalString } from './canonical.ts';
import { type ClockEvent, clockEvents } from './clock/events.ts';
import { type DepositEvent, depositEvents } from './deposit/events.ts';
import { encoderOf } from './encoding.ts';
import { type EventDefinition, upcast } from './event-definition.ts';
import {
  type AddressEvent,
  addressEvents,
  type PlayerEvent,
  playerEvents,
} from './player/events.ts';
import { type PolicyEvent, policyEvents } from './policy/events.ts';
import { type Leg, legsOf, type Transfer } from './postings.ts';
import { type RateEvent, rateEvents } from './rates/events.ts';
import { type RiskEvent, riskEvents } from './risk/events.ts';
import { walletTransfers } from './wallet/decide.ts';
import { type WalletEvent, walletEvents } from './wallet/events.ts';
import { type WithdrawalEvent, withdrawalEvents } from './withdrawal/events.ts';

export type DomainEvent =
  | AccountEvent
  | AddressEvent
  | ClockEvent
  | DepositEvent
  | PlayerEvent
  | PolicyEvent
  | RateEvent
  | RiskEvent
  | WalletEvent
  | WithdrawalEvent;

export type EventType = DomainEvent['type'];

/**
 * Every event type there is. A type is never removed; a new shape is a new version, and old ones
 * are read into the newest for ever: nothing behind `decodeEvent` knows that there were others.
 */
export const EVENTS: Readonly<Record<EventType, EventDefinition>> = {
  ...accountEvents,
  ...addressEvents,
  ...clockEvents,
  ...depositEvents,
  ...playerEvents,
  ...policyEvents,
  ...rateEvents,
  ...riskEvents,
  ...walletEvents,
  ...withdrawalEvents,
};

export const actorSchema = z.strictObject({
  kind: z.enum(['game-service', 'back-office', 'auditor', 'system']),
  /** The id of a key or of a part of the house: never a person's name. */
  id: z.string().min(1).max(100),
});

/** Who, when and why: on every event. */
export const metadataSchema = z.strictObject({
  schemaVersion: z.int().min(1),
  actor: actorSchema,
  /** When it was decided: ISO 8601, UTC, milliseconds. */
  time: z.iso.datetime({ precision: 3 }),
  commandId: z.string().min(1),
  /** The event or command that this one follows from. */
  causationId: z.string().min(1),
  /** The same for all that one request set in motion. */
  correlationId: z.string().min(1),
});

export type Actor = z.output<typeof actorSchema>;
export type EventMetadata = z.output<typeof metadataSchema>;
export type Causes = Omit<EventMetadata, 'schemaVersion' | 'time'>;

export interface EncodedEvent {
  readonly type: EventType;
  readonly data: string;
  readonly metadata: string;
}

/** Canonical bytes. Throws ZodError when the event isn't what its schema says: a defect. */
export function encodeEvent(
  event: DomainEvent,
  metadata: Omit<EventMetadata, 'schemaVersion'>,
): EncodedEvent {
  const { type } = event;
  return { type, data: encodeData(event), metadata: encodeMetadata(type, metadata, metadata.time) };
}

/** Throws ZodError when the event isn't what its schema says. */
export function encodeData({ type, data }: DomainEvent): string {
  const encoder = ENCODERS.get(type) ?? encoderOf(EVENTS[type].schema);
  ENCODERS.set(type, encoder);
  return encoder(data);
}

const ENCODERS = new Map<EventType, (data: object) => string>();

const text = (value: string) => canonicalString(value || missing());

/** What stands before and behind the rest is mostly the same as in the event before. */
let actorOf = { id: '', kind: '', text: '' };
let endOf = { version: 0, time: '', text: '' };

function actorText({ id, kind }: Actor): string {
  if (actorOf.id !== id || actorOf.kind !== kind) {
    actorOf = { id, kind, text: `{"actor":{"id":${text(id)},"kind":${text(kind)}},` };
  }
  return actorOf.text;
}

function endText(version: number, time: string): string {
  if (endOf.version !== version || endOf.time !== time) {
    endOf = { version, time, text: `,"schemaVersion":${version},"time":${text(time)}}` };
  }
  return endOf.text;
}

let newest: { causes: Causes | null; end: string; text: string } = {
  causes: null,
  end: '',
  text: '',
};

/** One text for all events of a command that are of one version. */
export function encodeMetadata(type: EventType, causes: Causes, time: string): string {
  const end = endText(EVENTS[type].version, time);
  if (newest.causes !== causes || newest.end !== end) {
    newest = { causes, end, text: metadataText(causes, end) };
  }
  return newest.text;
}

/** Written out in the order of its keys: every event has it, and none has any other form. */
function metadataText(
  { actor, causationId, commandId, correlationId }: Causes,
  end: string,
): string {
  const command = text(commandId);
  const cause = causationId === commandId ? command : text(causationId);
  return (
    `${actorText(actor)}"causationId":${cause},"commandId":${command},` +
    `"correlationId":${text(correlationId)}${end}`
  );
}

function missing(): never {
  throw new TypeError('an event needs actor, command, causation, correlation and time');
}

export interface DecodedEvent {
  readonly event: DomainEvent;
  /** As it was written: `schemaVersion` is that of the bytes in the log. */
  readonly metadata: EventMetadata;
}

/** An event of this log that this version of the code can't read. Nothing may pass over it. */
export class UndecodableEvent extends Error {
  override readonly name = 'UndecodableEvent';
}

/** Throws UndecodableEvent for an unknown type, a newer version, or data that fits no schema. */
export function decodeEvent(encoded: {
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}): DecodedEvent {
  const { type } = encoded;
  if (!Object.hasOwn(EVENTS, type)) throw new UndecodableEvent(`unknown event type ${type}`);
  const definition = EVENTS[type as EventType];
  try {
    const metadata = metadataSchema.parse(JSON.parse(encoded.metadata));
    if (metadata.schemaVersion > definition.version) {
      throw new UndecodableEvent(`${type} has version ${metadata.schemaVersion}`);
    }
    const written = JSON.parse(encoded.data);
    const data = definition.schema.parse(upcast(definition, metadata.schemaVersion, written));
    return { event: { type, data } as DomainEvent, metadata };
  } catch (error) {
    if (error instanceof UndecodableEvent) throw error;
    throw new UndecodableEvent(`${type}: ${error}`, { cause: error });
  }
}

/** The double entry of any event. Events that move no money have no transfers. */
export function transfers(event: DomainEvent): readonly Transfer[] {
  if (Object.hasOwn(accountEvents, event.type)) return accountTransfers(event as AccountEvent);
  if (Object.hasOwn(walletEvents, event.type)) return walletTransfers(event as WalletEvent);
  return [];
}

/** The same, leg by leg: they sum to zero per currency. */
export const postings = (event: DomainEvent): readonly Leg[] => transfers(event).flatMap(legsOf);
