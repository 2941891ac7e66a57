/** Postgres, every ten seconds: its counters as rates, its connections, its replicas and how near it is to running out of numbers. */

import type { Database } from '../../database/index.ts';
import type { Reading } from './reading-hub.ts';
import { type ReplicaRow, readReplicas, readServer, readVersionNumber, type ServerRow } from './server-queries.ts';

const REPLICAS_MAX = 50;
const MS_PER_SECOND = 1_000;
const MS_PER_HOUR = 3_600_000;
/** After a longer pause the rates would be means over who knows what. */
const LONGEST_MS = 120_000;

export class ServerCollector {
  readonly #database: Pick<Database, 'query'>;
  #versionNumber: number | undefined;
  #before: { atMs: number; row: ServerRow } | undefined;

  constructor(database: Pick<Database, 'query'>) {
    this.#database = database;
  }

  /**
   * @param atMs a clock that never goes back
   * @throws AppError where the database does not answer
   */
  async collect(atMs: number): Promise<Reading[]> {
    this.#versionNumber ??= (await this.#database.query(readVersionNumber, []))[0]?.versionNumber ?? 0;
    const [row] = await this.#database.query(readServer(this.#versionNumber), []);
    if (!row) return [];
    // It may have been upgraded under us.
    this.#versionNumber = row.versionNumber;
    const replicas = await this.#database.query(readReplicas, [REPLICAS_MAX]);
    const before = this.#before;
    this.#before = { atMs, row };
    const elapsedMs = before ? atMs - before.atMs : 0;
    const rates = before && elapsedMs > 0 && elapsedMs < LONGEST_MS ? ratesOf(row, before.row, elapsedMs) : [];
    return [...statesOf(row), ...rates, ...replicas.flatMap(ofReplica)];
  }
}

const figure = (name: string, value: number, scope = ''): Reading => ({ name, scope, value });

function statesOf(row: ServerRow): Reading[] {
  return [
    figure('server.connections', row.connections),
    figure('server.connectionsMax', row.connectionsMax),
    figure('vacuum.oldestXidAge', row.oldestXidAge),
    figure('vacuum.oldestMultixactAge', row.oldestMultixactAge),
  ];
}

/** None for a counter that was set back. */
function ratesOf(row: ServerRow, before: ServerRow, elapsedMs: number): Reading[] {
  const rate = (name: string, counter: keyof ServerRow, unitMs: number): Reading[] => {
    const grown = row[counter] - before[counter];
    return grown < 0 ? [] : [figure(name, (grown * unitMs) / elapsedMs)];
  };
  const hit = row.blocksHit - before.blocksHit;
  const touched = hit + row.blocksRead - before.blocksRead;
  return [
    ...rate('server.commitsPerSecond', 'commits', MS_PER_SECOND),
    ...rate('server.rollbacksPerSecond', 'rollbacks', MS_PER_SECOND),
    ...rate('server.deadlocksPerSecond', 'deadlocks', MS_PER_SECOND),
    ...rate('server.tempBytesPerSecond', 'tempBytes', MS_PER_SECOND),
    ...rate('server.walBytesPerSecond', 'walBytes', MS_PER_SECOND),
    ...rate('server.checkpointsTimedPerHour', 'checkpointsTimed', MS_PER_HOUR),
    ...rate('server.checkpointsRequestedPerHour', 'checkpointsRequested', MS_PER_HOUR),
    ...(touched > 0 && hit >= 0 && hit <= touched ? [figure('server.cacheHitShare', hit / touched)] : []),
  ];
}

function ofReplica({ lagBytes, lagMs, name }: ReplicaRow): Reading[] {
  return [
    ...(lagMs === null ? [] : [figure('replica.lagMs', lagMs, name)]),
    ...(lagBytes === null ? [] : [figure('replica.lagBytes', lagBytes, name)]),
  ];
}
