import { type Metadata, status } from '@grpc/grpc-js';
import { StoreUnavailable } from '../../../event-store.ts';
import type { Endpoint } from './address.ts';

/** The server will not do this however often it is asked: no right, no such method, no stream. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
}

/** No answer in the time that we give it, which the client itself would not have limited. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** The connection was not ready, so nothing of the call has left this process. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
}

export type Trouble =
  | { readonly kind: 'passing'; readonly error: Error }
  | { readonly kind: 'not leader'; readonly error: Error; readonly leader: Endpoint | undefined }
  | { readonly kind: 'refused'; readonly error: StoreRefused };

const NEVER: ReadonlySet<number | undefined> = new Set([
  status.UNAUTHENTICATED,
  status.PERMISSION_DENIED,
  status.UNIMPLEMENTED,
  status.INVALID_ARGUMENT,
]);
const REFUSALS: ReadonlySet<string> = new Set(['access-denied', 'stream-deleted']);
/** Says it under code UNKNOWN, together with much that passes. */
const REFUSED_WORDS = /access denied|unauthorized/i;

/**
 * What an error means. Codes alone don't tell: a leader's address comes under NOT_FOUND, a stop as
 * INTERNAL, a start as UNKNOWN. So: the server's own name for it, then the code, then the words.
 * Whatever is not known to be final passes.
 */
export function troubleOf(thrown: unknown): Trouble {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code, metadata } = error as { code?: number; metadata?: Metadata };
  const exception = entryOf(metadata, 'exception');
  if (exception === 'not-leader') return { kind: 'not leader', error, leader: leaderOf(metadata) };
  const isFinal =
    NEVER.has(code) || REFUSALS.has(exception ?? '') || REFUSED_WORDS.test(error.message);
  if (!isFinal) return { kind: 'passing', error };
  const said = exception === 'stream-deleted' ? 'the stream was deleted' : wordsOf(error);
  const refused = new StoreRefused(`the event store refuses: ${said}`, { cause: error });
  return { kind: 'refused', error: refused };
}

/** Never empty, which batch errors' own messages are. */
export function wordsOf(error: Error): string {
  const { code } = error as { code?: number };
  const name = code === undefined ? error.name : (status[code] ?? `code ${code}`);
  return error.message || name;
}

function leaderOf(metadata: Metadata | undefined): Endpoint | undefined {
  const address = entryOf(metadata, 'leader-endpoint-host');
  const port = Number(entryOf(metadata, 'leader-endpoint-port'));
  return address && Number.isInteger(port) && port > 0 ? { address, port } : undefined;
}

function entryOf(metadata: Metadata | undefined, key: string): string | undefined {
  return metadata?.get(key)[0]?.toString();
}

/** The port's word for what is not passing; a defect stays what it is. */
export function refusalOf(error: unknown): unknown {
  const trouble = isCallError(error) ? troubleOf(error) : undefined;
  return trouble?.kind === 'refused' ? trouble.error : error;
}

/** A read that failed gets the port's own name for it. */
export function renamed(error: unknown): never {
  if (!isPassing(error)) throw refusalOf(error);
  const words = wordsOf(error as Error);
  throw new StoreUnavailable(`the log could not be read: ${words}`, { cause: error });
}

/** The server's or the network's trouble, none of ours: it may be over at the next attempt. */
export function isPassing(error: unknown): boolean {
  const isOurs = error instanceof NoAnswer || error instanceof NotConnected;
  return (isOurs || isCallError(error)) && troubleOf(error).kind !== 'refused';
}

function isCallError(error: unknown): boolean {
  return typeof (error as { code?: unknown } | null)?.code === 'number';
}
