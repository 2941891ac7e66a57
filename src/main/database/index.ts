/** The public face of the guarded pool, exported as `aquifer/pool`. */

// So that a program which swaps the import of `pg` finds what it took from there beside the pool.
export { Client, DatabaseError, escapeIdentifier, escapeLiteral, types } from 'pg';

export type { ErrorKind } from '../foundation/errors.ts';
export { AppError } from '../foundation/errors.ts';
export { createLogger, type Logger } from '../foundation/logger.ts';
export {
  createDatabase,
  Database,
  type DatabaseOptions,
  type LaneSnapshot,
  type PoolSnapshot,
  type TransactionOptions,
} from './database.ts';
export { type PlanShape, type PlanStep, planShapeOf } from './explain/plan-shape.ts';
export { type Fingerprint, fingerprintNamed, fingerprintOf, shapeOf } from './fingerprint.ts';
export {
  type BuildEnd,
  type BuildOptions,
  type BuildProgress,
  type BuildTarget,
  buildIndex,
  dropIndex,
  dropLeftover,
  isBuildRunning,
  runIndexStep,
  toProgress,
} from './index-build/index-build.ts';
export { type FoundIndex, findIndex } from './index-build/queries.ts';
export { defaultLanes, type LaneName, type LaneSettings, type Lanes, laneNames, MIN_CONNECTIONS } from './lane.ts';
export type { Lease, SentQuery } from './ledger.ts';
export type { LoneConnection } from './lone-connection.ts';
export { type MigrateOptions, migrate } from './migrate.ts';
export type { Origin } from './origin.ts';
export type { TransactionOutcome } from './outcome.ts';
export { Pool, type ScopedPool, type TransactionWork } from './pool.ts';
export { PoolRefusal, type RefusedLane, toAppError } from './pool-error.ts';
export type { CallOptions, PoolOptions } from './pool-options.ts';
export type { PoolTransactionOptions } from './pool-transaction.ts';
export { createReachabilityProbe, type ReachabilityProbe } from './reachability.ts';
export type { ServerTimeouts } from './server-timeouts.ts';
export { translateDatabaseError, violates } from './sql-state.ts';
export {
  adHocStatement,
  generatedStatement,
  listStatements,
  type Statement,
  type StatementDeclaration,
  statement,
} from './statement.ts';
export {
  type LimitChange,
  PoolTracker,
  type RefusalReason,
  type StatementMove,
  type StatementOutcome,
} from './tracker.ts';
export type { Transaction } from './transaction.ts';
