import type { AccountRef } from '../ids.ts';
import type { Exclusion } from '../player/exclusions.ts';
import type { LimitKind, LimitSource } from './events.ts';
import type { LimitValue } from './limits.ts';
import type { Period } from './periods.ts';

interface ToAccount {
  readonly account: AccountRef;
}

export interface OpenSession extends ToAccount {
  readonly type: 'OpenSession';
  readonly session: string;
  readonly provider: string;
  readonly tokenHash: string;
  readonly expiresAtMs: number;
  readonly deviceRef: string | null;
  readonly networkRef: string | null;
}

export interface CloseSession extends ToAccount {
  readonly type: 'CloseSession';
  readonly session: string;
  /** Null: staff, who may close anybody's. */
  readonly provider: string | null;
}

export interface SetLimit extends ToAccount {
  readonly type: 'SetLimit';
  readonly kind: LimitKind;
  readonly period: Period;
  readonly source: LimitSource;
  readonly value: LimitValue;
}

/** Brings the account up to what the player's stream says. */
export interface HeedExclusion extends ToAccount {
  readonly type: 'HeedExclusion';
  readonly exclusion: Exclusion;
}

export type PlayCommand = OpenSession | CloseSession | SetLimit | HeedExclusion;
