/** The SQLSTATEs that this adapter expects; all others are defects and are thrown as they are. */
const SQLSTATE = {
  connectionException: '08',
  adminShutdown: '57P01',
  crashShutdown: '57P02',
  cannotConnectNow: '57P03',
  idleSessionTimeout: '57P05',
  insufficientResources: '53',
  queryCanceled: '57014',
  lockNotAvailable: '55P03',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  readOnlyTransaction: '25006',
  invalidTextRepresentation: '22P02',
  untranslatableCharacter: '22P05',
  characterNotInRepertoire: '22021',
  uniqueViolation: '23505',
} as const;

const LOST: ReadonlySet<string> = new Set([
  SQLSTATE.adminShutdown,
  SQLSTATE.crashShutdown,
  SQLSTATE.cannotConnectNow,
  SQLSTATE.idleSessionTimeout,
  // A primary that was just made a replica: another server takes over.
  SQLSTATE.readOnlyTransaction,
]);
const LOST_CLASSES = [SQLSTATE.connectionException, SQLSTATE.insufficientResources];
const ABORTED: ReadonlySet<string> = new Set([
  SQLSTATE.queryCanceled,
  SQLSTATE.lockNotAvailable,
  SQLSTATE.serializationFailure,
  SQLSTATE.deadlockDetected,
]);
const NOT_JSON: ReadonlySet<string> = new Set([
  SQLSTATE.invalidTextRepresentation,
  SQLSTATE.untranslatableCharacter,
  SQLSTATE.characterNotInRepertoire,
]);

/** The driver's own words for a broken connection; they carry no code. */
const DRIVER_LOST = /terminated|timeout|not queryable|ended by|connection error/i;

/**
 * The connection is gone or of no use any more. Whether a statement that was under way may have
 * been committed is for isRefused to say.
 */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TypeError) return false;
  const code = codeOf(error);
  if (code === undefined) return DRIVER_LOST.test(error.message);
  if (!isSqlState(code)) return true;
  return LOST.has(code) || LOST_CLASSES.some((lostClass) => code.startsWith(lostClass));
}

/**
 * Postgres itself refused the statement, and the session goes on: nothing of it was written. (FATAL
 * and PANIC may come after the commit; where severities are translated, none is taken for this.)
 */
export function isRefused(error: unknown): boolean {
  return (error as { severity?: unknown } | null)?.severity === 'ERROR';
}

/** Postgres rolled the statement back for a reason that passes: nothing was written. */
export function isRolledBack(error: unknown): boolean {
  return ABORTED.has(codeOf(error) ?? '');
}

/** A row of this table has the key already: the statement was rolled back. */
export function isTaken(error: unknown, table: string): boolean {
  if (codeOf(error) !== SQLSTATE.uniqueViolation) return false;
  const { schema, table: name } = error as { schema?: string; table?: string };
  return `${schema}.${name}` === table;
}

/** The statement held text that is not JSON. */
export function isNotJson(error: unknown): boolean {
  return NOT_JSON.has(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** All others are the operating system's (ECONNRESET, EPIPE, ...). */
function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code);
}
