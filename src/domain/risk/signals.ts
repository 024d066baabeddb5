/** What can be measured of a player or of a withdrawal, and in what a rule's threshold is said. */
export interface Signal {
  readonly unit: 'count' | 'minutes' | 'basis points' | 'players' | '1 or 0';
  /** Whether a rule on it names how far back it looks. */
  readonly isWindowed: boolean;
  /** What a rule may ask for a least number of, so that a few say nothing. Null: nothing. */
  readonly samples: 'bets' | 'deposits' | 'intervals' | null;
  readonly about: string;
}

const counted = (about: string): Signal => ({
  ...{ unit: 'count', isWindowed: true, samples: null, about },
});

const shared = (about: string): Signal => ({
  ...{ unit: 'players', isWindowed: false, samples: null, about },
});

const ratio = (samples: Signal['samples'], about: string): Signal => ({
  ...{ unit: 'basis points', isWindowed: true, samples, about },
});

export const SIGNALS = {
  bets: counted('bets, over all currencies'),
  deposits: counted('credited deposits, over all currencies'),
  withdrawals: counted('requested withdrawals, this one too, over all currencies'),
  'new-destinations': counted('withdrawals to an address that was new for the player'),
  'deposit-to-withdrawal': {
    ...{ unit: 'minutes', isWindowed: false, samples: null },
    about: 'from the last credit in a currency to the newest request in it',
  },
  turnover: ratio('deposits', 'stakes without refunds, of what was deposited'),
  return: ratio('bets', 'wins, of what the games were expected to pay for the same stakes'),
  bonus: ratio(null, 'credits without a stake, of the stakes'),
  cadence: {
    ...{ unit: 'basis points', isWindowed: false, samples: 'intervals' },
    about: 'standard deviation of the last 64 to 127 intervals between bets, of their mean',
  },
  'shared-destination': shared('players who used the address that is withdrawn to'),
  'shared-source': shared('players who used an address that the player deposited from'),
  'shared-device': shared('players who had a session on one of the devices'),
  'shared-network': shared('players who had a session from one of the networks'),
  'destination-is-new': {
    ...{ unit: '1 or 0', isWindowed: false, samples: null },
    about: 'of a withdrawal: the player had nothing to do with its address before',
  },
} as const satisfies Record<string, Signal>;

export type SignalName = keyof typeof SIGNALS;
export const SIGNAL_NAMES = Object.keys(SIGNALS) as [SignalName, ...SignalName[]];
