/**
 * Structured logs with an allowlist: a field that is not listed here is replaced before it is written, so that a
 * secret can reach a log only if someone adds its name to this file. Errors are cut to type, message, code and stack.
 */

import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { AppError, toError } from './errors.ts';

export type Logger = PinoLogger;
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

export interface LoggerOptions {
  level: LogLevel;
  /** Where lines go; standard output when left out. */
  destination?: DestinationStream;
}

const ALLOWED_FIELDS = new Set([
  ...['service', 'component', 'requestId', 'userId', 'route', 'method', 'statusCode', 'durationMs', 'code', 'kind'],
  ...['lane', 'statement', 'pid', 'waitedMs', 'heldMs', 'deadlineMs', 'sqlState', 'count', 'total', 'active', 'idle'],
  ...['waiting', 'signal', 'port', 'host', 'version', 'migration', 'attempt', 'attempts', 'template', 'mailId'],
  ...['collection', 'reason', 'folder', 'exitCode', 'cause', 'phase', 'sessions', 'line', 'constraint'],
]);

const WITHHELD = '[withheld]';
const MAX_TEXT_LENGTH = 2000;

/** Postgres quotes the offending value in `detail` and some messages; only shape facts are kept of a database error. */
function describeError(thrown: unknown): Record<string, unknown> {
  const error = toError(thrown);
  const { code, constraint, table, column } = error as Error & Record<string, unknown>;
  return {
    type: error.name,
    message: error.message.slice(0, MAX_TEXT_LENGTH),
    stack: error.stack?.slice(0, MAX_TEXT_LENGTH * 2),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint, table, column } : {}),
    ...(error instanceof AppError && error.details ? { details: keepAllowed(error.details) } : {}),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

function keepAllowed(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'err') kept[name] = describeError(value);
    else if (!ALLOWED_FIELDS.has(name)) kept[name] = WITHHELD;
    else if (typeof value === 'string') kept[name] = value.slice(0, MAX_TEXT_LENGTH);
    else if (value === null || typeof value === 'number' || typeof value === 'boolean') kept[name] = value;
    else if (Array.isArray(value)) kept[name] = value.map(String).slice(0, 50);
    else kept[name] = WITHHELD;
  }
  return kept;
}

export function createLogger({ level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: keepAllowed,
    },
    // Errors are described by keepAllowed; pino's own serialiser would copy every property.
    serializers: { err: (described: unknown) => described },
  };
  const logger = destination ? pino(options, destination) : pino(options);
  // pino leaves out its formatters for what a child is bound to. Children inherit this method, and theirs do too.
  const bind = logger.child as unknown as (this: Logger, bindings: object, options?: object) => Logger;
  const child = function child(this: Logger, bindings: object, childOptions?: object): Logger {
    return bind.call(this, keepAllowed({ ...bindings }), childOptions);
  };
  Object.defineProperty(logger, 'child', { value: child });
  return logger;
}
