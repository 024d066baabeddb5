import { accountDecider } from '../../../src/domain/account/decide.ts';
import type { AccountEvent } from '../../../src/domain/account/events.ts';
import type { LimitKind, LimitSource } from '../../../src/domain/play/events.ts';
import type { Period } from '../../../src/domain/play/periods.ts';
import type { Exclusion } from '../../../src/domain/player/exclusions.ts';
import { timedSpecOf } from '../../support/spec.ts';
import { account, bet, opened, placeBet, session, tokenHash } from '../account/messages.ts';

/** The words of the play rules' specs. Short times are of Wednesday, the 11th of March 2026. */
export const ms = (time: string) =>
  Date.parse(time.length === 5 ? `2026-03-11T${time}:00Z` : `${time}:00Z`);

const iso = (time: string) => new Date(ms(time)).toISOString();

const spec = timedSpecOf(accountDecider);

export const at = (time: string, ...events: AccountEvent[]) => ({ timeMs: ms(time), events });

type Past = ReturnType<typeof at>;

/** `given(at(time, events)).when(command).at(time)`: an account that was opened long before. */
export const given = (...past: Past[]) => ({
  when: (command: Parameters<typeof accountDecider.decide>[0]) => ({
    at: (time: string) => spec(at('2025-01-01T00:00', opened), ...past).when(command, ms(time)),
  }),
});

/** A session that lasts for years, for what isn't about sessions. */
export const sessionFor = (until = '2030-01-01T00:00', id = session): AccountEvent => ({
  type: 'SessionOpened',
  data: {
    ...{ ...account, session: id, provider: 'acme', expiresAt: iso(until) },
    // Bets show the token of the one that has no other id.
    tokenHash: id === session ? tokenHash : 'c'.repeat(64),
    ...{ deviceRef: null, networkRef: null },
  },
});

export const sessionClosed = (
  id = session,
  reason: 'closed' | 'displaced' = 'closed',
): AccountEvent => ({
  type: 'SessionClosed',
  data: { ...account, session: id, reason },
});

export const openSession = (until: string, id = session) =>
  ({
    type: 'OpenSession',
    ...{ account, session: id, provider: 'acme', tokenHash, expiresAtMs: ms(until) },
    ...{ deviceRef: null, networkRef: null },
  }) as const;

export const closeSession = (provider: string | null = 'acme', id = session) =>
  ({ type: 'CloseSession', account, session: id, provider }) as const;

/** Credited, with the session open: ready to bet. */
export const deposited = (amount: string, deposit = 'd-1'): AccountEvent => ({
  type: 'DepositCredited',
  data: {
    ...{ ...account, chain: 'eip155:1', address: '0xAA', deposit, epoch: 1, asset: 'a' },
    ...{ txid: 't', amount, repaid: '0' },
  },
});

export const depositReversed = (amount: string, deposit = 'd-1'): AccountEvent => ({
  type: 'DepositReversed',
  data: {
    ...{ ...account, chain: 'eip155:1', address: '0xAA', deposit, epoch: 1 },
    ...{ amount, receivable: '0' },
  },
});

export const limitSet = (
  kind: LimitKind,
  period: Period,
  value: number | null,
  effective: string,
  source: LimitSource = 'player',
): AccountEvent => {
  const isTime = kind === 'session-time';
  return {
    type: 'LimitSet',
    data: {
      ...{ ...account, kind, period, source },
      amount: isTime || value === null ? null : `${value}`,
      minutes: isTime ? value : null,
      effectiveAt: iso(effective),
    },
  };
};

export const setLimit = (
  kind: LimitKind,
  period: Period,
  value: number | null,
  source: LimitSource = 'player',
) =>
  ({
    type: 'SetLimit',
    ...{ account, kind, period, source, value: value === null ? null : BigInt(value) },
  }) as const;

type Kind = Exclusion['kind'];

export const restricted = (kind: Kind, until: string | null, change = 1): AccountEvent => ({
  type: 'PlayRestricted',
  data: { ...account, kind, until: until === null ? null : iso(until), change },
});

export const releasedFrom = (kind: Kind, change: number): AccountEvent => ({
  type: 'PlayReleased',
  data: { ...account, kind, change },
});

export const heed = (kind: Kind, until: string | null, change: number, stands = true) =>
  ({
    type: 'HeedExclusion',
    account,
    exclusion: { kind, untilMs: until === null ? null : ms(until), stands, change },
  }) as const;

/** The bet that is tried: b-new, of one unit where nothing else is said. */
export const newBet = (amount = 1n) => placeBet('b-new', amount);
export const newBetPlaced = (amount = '1') => bet('b-new', amount);

export const isoTime = iso;
