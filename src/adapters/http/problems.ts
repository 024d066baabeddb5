import { REJECTIONS, type RejectionCode } from '../../domain/rejections.ts';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** Set where the same request may well succeed a little later. */
  readonly retryAfterSeconds?: number;
}

/** How the domain's refusals are said in HTTP. The compiler sees that none is missing. */
const REFUSAL_STATUS: Readonly<Record<RejectionCode, number>> = {
  'player-not-found': 404,
  'account-not-found': 404,
  'currency-unknown': 422,
  'asset-unknown': 422,
  'chain-unknown': 422,
  'asset-currency-mismatch': 422,
  'insufficient-funds': 409,
  'account-flagged': 409,
  'key-reused': 409,
  'round-closed': 409,
  'round-not-found': 404,
  'bet-not-found': 404,
  'bet-rolled-back': 409,
  'transaction-rolled-back': 409,
  'transaction-not-yours': 409,
  'nothing-to-roll-back': 409,
  'rollback-of-rollback': 409,
  'win-stands': 409,
  'amount-too-large': 422,
  'destination-invalid': 422,
  'destination-refused': 422,
  'withdrawal-not-found': 404,
  'withdrawal-not-under-review': 409,
  'withdrawal-not-on-hold': 409,
  'withdrawal-not-cancellable': 409,
  'canceller-is-not-requester': 403,
  'approver-is-requester': 403,
  'already-approved-by-you': 409,
  'content-changed': 409,
  'session-not-found': 409,
  'session-of-another-provider': 409,
  'session-closed': 409,
  'session-expired': 409,
  'player-excluded': 409,
  'loss-limit-reached': 409,
  'stake-limit-reached': 409,
  'deposit-limit-reached': 409,
  'session-time-limit-reached': 409,
  'term-not-in-future': 422,
  'exclusion-stands': 409,
  'rate-day-in-future': 422,
  'rate-decimals-differ': 422,
  'policy-missing': 422,
};

const TRANSPORT = {
  'malformed-json': { status: 400, title: 'The body is not acceptable JSON.' },
  'malformed-request': { status: 400, title: 'The request is no well-formed HTTP.' },
  'invalid-input': { status: 400, title: 'A field is missing, unknown or has a wrong value.' },
  unauthenticated: { status: 401, title: 'This needs a valid key.' },
  'signature-invalid': { status: 401, title: 'The signature does not fit key and request.' },
  'signature-stale': { status: 401, title: 'The timestamp is outside the time window.' },
  forbidden: { status: 403, title: "The key's role may not do this." },
  'route-closed': { status: 403, title: 'This route admits nobody.' },
  'not-found': { status: 404, title: 'There is nothing at this address.' },
  'ledger-account-not-found': { status: 404, title: 'The books have no such account there.' },
  'before-first-transfer': { status: 422, title: 'Nothing had been posted by then.' },
  'time-not-settled': {
    status: 409,
    title: 'That time is not over yet, so more of it may come: ask by position, or later.',
  },
  'as-of-not-answered': {
    status: 422,
    title: 'This shows only what is newest: balances, statements, journal and totals take asOf.',
  },
  'deposit-not-found': { status: 404, title: 'There is no such deposit.' },
  'rule-set-not-found': { status: 404, title: 'There is no such version of the rules.' },
  'method-not-allowed': { status: 405, title: 'This address does not take this method.' },
  'body-too-large': { status: 413, title: 'The body exceeds 256 KiB.' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json.' },
  'report-too-large': { status: 422, title: 'The report has too many rows: ask for less of it.' },
  internal: { status: 500, title: 'Something went wrong here; it was logged.' },
  'store-unavailable': {
    status: 503,
    title: 'The log cannot be reached; nothing was written.',
    retryAfterSeconds: 1,
  },
  'read-models-unavailable': {
    status: 503,
    title: 'The read models cannot be asked now.',
    retryAfterSeconds: 1,
  },
  'outcome-unknown': {
    status: 503,
    title: 'It may or may not be done: send it again with the same ids.',
    retryAfterSeconds: 1,
  },
  'chain-unavailable': {
    status: 503,
    title: "The chain's node cannot be asked now.",
    retryAfterSeconds: 5,
  },
  overloaded: { status: 503, title: 'Too much at once: try again.', retryAfterSeconds: 1 },
  'shutting-down': {
    status: 503,
    title: 'This process is ending: ask another.',
    retryAfterSeconds: 1,
  },
  'read-model-behind': {
    status: 504,
    title: 'The read model has not reached that position yet.',
    retryAfterSeconds: 1,
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = RejectionCode | keyof typeof TRANSPORT;

/** Every code that an answer can carry. A code is never renamed or given another meaning. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = {
  ...TRANSPORT,
  ...(Object.fromEntries(
    Object.entries(REJECTIONS).map(([code, title]) => [
      code,
      { status: REFUSAL_STATUS[code as RejectionCode], title },
    ]),
  ) as Record<RejectionCode, ProblemKind>),
};

export const problemType = (code: ProblemCode): string => `/problems/${code}`;

export interface FieldError {
  /** Dotted from the root of its part of the request; the part's own name for the whole of it. */
  readonly field: string;
  readonly message: string;
  readonly in: 'body' | 'path' | 'query' | 'header';
}

export type ProblemDetails = Readonly<Record<string, unknown>>;

/** Thrown anywhere below a route to answer with a problem. Its message is shown to the caller. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    code: ProblemCode,
    detail: string = PROBLEMS[code].title,
    details: ProblemDetails = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.code = code;
    this.details = details;
    const { retryAfterSeconds } = PROBLEMS[code];
    this.headers =
      retryAfterSeconds === undefined
        ? headers
        : { 'retry-after': `${retryAfterSeconds}`, ...headers };
  }
}

export function invalidInput(errors: readonly FieldError[]): Problem {
  const [first] = errors;
  const detail = first === undefined ? undefined : `${first.field}: ${first.message}`;
  return new Problem('invalid-input', detail, { errors });
}

const RESERVED = new Set(['type', 'title', 'status', 'detail', 'code', 'instance']);

/** The body of RFC 9457. A detail with a reserved member's name is shown as `current…`. */
export function problemBody({ code, message, details }: Problem, requestId: string): string {
  const { status, title } = PROBLEMS[code];
  const extra = Object.entries(details).map(([name, value]) => [
    RESERVED.has(name) ? `current${name[0]?.toUpperCase()}${name.slice(1)}` : name,
    value,
  ]);
  return JSON.stringify({
    ...{ type: problemType(code), title, status, detail: message, code, instance: requestId },
    ...Object.fromEntries(extra),
  });
}
