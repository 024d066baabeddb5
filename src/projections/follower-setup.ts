import type { Pool } from 'pg';
import type { System } from '../system.ts';
import type { Projection } from './projection.ts';

export interface FollowerLimits {
  /** Events taken, or rows to be written, before a commit. */
  readonly commitEvents: number;
  readonly commitRows: number;
  /** Since the first of them: who reads what is live should not wait for a full batch. */
  readonly commitMs: number;
  /** Keys parked one after the other, with nothing applied between, before it stops. */
  readonly parkedInRow: number;
}

export const FOLLOWER_LIMITS: FollowerLimits = {
  commitEvents: 500_000,
  commitRows: 50_000,
  commitMs: 15_000,
  parkedInRow: 20,
};

export interface FollowerSetup {
  readonly projection: Projection;
  readonly schema: string;
  readonly pool: Pool;
  readonly system: System;
  readonly limits?: Partial<FollowerLimits>;
}

export interface CommitReport {
  /** Events of the log that it went over, of interest or not. */
  readonly events: number;
  /** From the first of them to the commit. */
  readonly ms: number;
  /** ISO 8601: when the newest of them was decided. */
  readonly newestAt: string | null;
}
