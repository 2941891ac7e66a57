// The figures that a rule can watch, with their units: the same names as in the API.

export interface SeriesName {
  readonly name: string;
  readonly unit: string;
  readonly about: string;
}

const series: readonly (readonly [name: string, unit: string, about: string])[] = [
  ['users.hurt', 'users', 'Users who saw a failure or waited far too long'],
  ['http.requestsPerSecond', 'a second', 'Requests of a route'],
  ['http.failedPerSecond', 'a second', 'Requests of a route that failed'],
  ['http.p99Ms', 'ms', 'The slowest of a hundred requests of a route'],
  ['logIn.failedPerSecond', 'a second', 'Log-ins that failed'],
  ['logIn.refusedPerSecond', 'a second', 'Log-ins that were turned away'],
  ['pool.inUse', 'connections', 'Connections of a lane that are taken'],
  ['pool.waiting', 'requests', 'Who waits for a connection, by lane'],
  ['pool.waitP99Ms', 'ms', 'The longest of a hundred waits for a connection, by lane'],
  ['pool.refusedPerSecond', 'a second', 'Refused a connection, by lane'],
  ['statement.callsPerSecond', 'a second', 'Calls of a statement'],
  ['statement.meanMs', 'ms', 'What a statement takes'],
  ['statement.p99Ms', 'ms', 'The slowest of a hundred calls of a statement'],
  ['statement.blocksPerCall', 'blocks', 'Blocks that a call of a statement reads'],
  ['server.connections', 'connections', 'Connections of all programs'],
  ['server.longestTransactionMs', 'ms', 'The oldest open transaction'],
  ['server.cacheHitShare', 'share', 'Blocks found in memory'],
  ['server.deadlocksPerSecond', 'a second', 'Deadlocks'],
  ['server.tempBytesPerSecond', 'bytes a second', 'Written to temporary files'],
  ['server.walBytesPerSecond', 'bytes a second', 'Write-ahead log'],
  ['locks.waiting', 'sessions', 'Sessions that wait for a lock'],
  ['replica.lagMs', 'ms', 'How far a replica is behind'],
  ['disk.freeBytes', 'bytes', 'Free on the disk'],
  ['disk.freeShare', 'of the disk', 'Free on the disk'],
  ['disk.databaseBytes', 'bytes', 'What the database takes'],
  ['vacuum.oldestXidAge', 'transactions', 'Age of the oldest row that is not frozen'],
  ['table.deadShare', 'of the rows', 'Dead rows of a table'],
  ['process.loopDelayP99Ms', 'ms', 'How long this process stands still'],
  ['process.rssBytes', 'bytes', 'Memory of this process'],
];

export const seriesNames: readonly SeriesName[] = series.map(([name, unit, about]) => ({ name, unit, about }));

/** The unit of a series that is known here; empty for others. */
export function unitOfSeries(name: string): string {
  return seriesNames.find((one) => one.name === name)?.unit ?? '';
}
