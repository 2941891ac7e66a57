/** Which figures of the hub Prometheus is given, under which names: base units, and a label only where it is bounded. */

export interface ExposedReading {
  /** As it is published. */
  readonly reading: string;
  readonly metric: string;
  readonly help: string;
  /** What its scope is called; left out where there is one alone. */
  readonly label?: 'replica' | 'statement';
  /** The same for every value of this reading, where several make one metric. */
  readonly fixed?: { readonly name: 'outcome' | 'kind'; readonly value: string };
  /** From the reading's unit to the metric's. */
  readonly factor?: number;
}

const SECONDS_PER_MS = 0.001;
const postgres = 'aquifer_postgres';

const users: ExposedReading[] = [
  { reading: 'users.active', metric: 'aquifer_users_active', help: 'Users who asked for anything just now' },
  {
    reading: 'users.hurt',
    metric: 'aquifer_users_hurt',
    help: 'Users who met a failure or waited far too long just now',
  },
  ...(['succeeded', 'failed', 'refused'] as const).map(
    (value): ExposedReading => ({
      reading: `logIn.${value}PerSecond`,
      metric: 'aquifer_log_ins_per_second',
      help: 'Log-ins: failed by what was given, or refused because there was no room to look at them',
      fixed: { name: 'outcome', value },
    }),
  ),
];

const server: ExposedReading[] = [
  {
    reading: 'server.connections',
    metric: `${postgres}_connections`,
    help: 'Connections to the server, of all programs',
  },
  { reading: 'server.connectionsMax', metric: `${postgres}_connections_max`, help: 'Connections that it takes' },
  { reading: 'server.active', metric: `${postgres}_sessions_active`, help: 'Sessions that run a statement' },
  {
    ...{ reading: 'server.idleInTransaction', metric: `${postgres}_sessions_idle_in_transaction` },
    help: 'Sessions that stand idle in a transaction',
  },
  {
    ...{ reading: 'server.longestTransactionMs', metric: `${postgres}_longest_transaction_seconds` },
    ...{ help: 'Age of the oldest transaction', factor: SECONDS_PER_MS },
  },
  { reading: 'locks.waiting', metric: `${postgres}_lock_waiters`, help: 'Sessions that wait for a lock' },
  {
    reading: 'server.cacheHitShare',
    metric: `${postgres}_cache_hit_ratio`,
    help: 'Blocks found in memory, of all asked for',
  },
  ...(
    [
      ['commits', 'committed'],
      ['rollbacks', 'rolled_back'],
    ] as const
  ).map(
    ([name, value]): ExposedReading => ({
      ...{ reading: `server.${name}PerSecond`, metric: `${postgres}_transactions_per_second` },
      ...{ help: 'Transactions', fixed: { name: 'outcome', value } },
    }),
  ),
  { reading: 'server.deadlocksPerSecond', metric: `${postgres}_deadlocks_per_second`, help: 'Deadlocks' },
  {
    reading: 'server.tempBytesPerSecond',
    metric: `${postgres}_temp_bytes_per_second`,
    help: 'Written for sorts and hashes',
  },
  { reading: 'server.walBytesPerSecond', metric: `${postgres}_wal_bytes_per_second`, help: 'Written to the log' },
  ...(['Timed', 'Requested'] as const).map(
    (kind): ExposedReading => ({
      ...{ reading: `server.checkpoints${kind}PerHour`, metric: `${postgres}_checkpoints_per_hour` },
      ...{ help: 'Checkpoints', fixed: { name: 'kind', value: kind.toLowerCase() } },
    }),
  ),
  {
    ...{ reading: 'replica.lagMs', metric: `${postgres}_replica_lag_seconds`, label: 'replica' },
    ...{ help: 'How far a replica is behind, in time', factor: SECONDS_PER_MS },
  },
  {
    ...{ reading: 'replica.lagBytes', metric: `${postgres}_replica_lag_bytes`, label: 'replica' },
    help: 'How far a replica is behind, in log',
  },
  { reading: 'disk.databaseBytes', metric: `${postgres}_database_bytes`, help: 'Size of the database' },
  { reading: 'disk.freeBytes', metric: `${postgres}_disk_free_bytes`, help: 'Free on the disk of the database' },
  {
    reading: 'disk.freeShare',
    metric: `${postgres}_disk_free_ratio`,
    help: 'Free on the disk of the database, of all',
  },
  {
    reading: 'vacuum.oldestXidAge',
    metric: `${postgres}_oldest_xid_age`,
    help: 'Age of the oldest unfrozen transaction id',
  },
  {
    ...{ reading: 'vacuum.oldestMultixactAge', metric: `${postgres}_oldest_multixact_age` },
    help: 'Age of the oldest unfrozen multixact id',
  },
];

const statements: ExposedReading[] = [
  {
    ...{ reading: 'statement.callsPerSecond', metric: 'aquifer_statement_calls_per_second', label: 'statement' },
    help: 'Calls of a statement; of the thirty heaviest',
  },
  {
    ...{ reading: 'statement.meanMs', metric: 'aquifer_statement_mean_seconds', label: 'statement' },
    ...{ help: 'Mean time of a statement', factor: SECONDS_PER_MS },
  },
  {
    ...{ reading: 'statement.p99Ms', metric: 'aquifer_statement_p99_seconds', label: 'statement' },
    ...{ help: 'What one in a hundred calls of a statement exceeds', factor: SECONDS_PER_MS },
  },
];

export const exposedReadings: readonly ExposedReading[] = [...users, ...server, ...statements];
