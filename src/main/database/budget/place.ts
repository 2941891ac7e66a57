/**
 * Before the pool opens: reads what there is, says where it is tight, refuses where a server cannot work, and takes this
 * process's place among the others. All of it on one connection that is closed again.
 */

import { Client } from 'pg';
import { AppError, toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Service } from '../../foundation/service.ts';
import { defaultLanes, type LaneName, type Lanes, laneNames } from '../lane.ts';
import { closeClient } from '../opener.ts';
import { toQuery } from '../statement.ts';
import {
  type CapacityVerdict,
  fittingPool,
  hiddenByPooler,
  isAlive,
  judgeCapacity,
  promisedBy,
  refuseWhereImpossible,
} from './capacity.ts';
import type { Division } from './division.ts';
import { listMembers, type Member } from './members.ts';
import { type BeatTransaction, Membership } from './membership.ts';
import { listSessions, type Room, readRoom, type Sessions } from './room.ts';
import { type BudgetedPool, RunningBudget } from './running-budget.ts';
import { NOT_SHARED } from './words.ts';

export interface PlaceOptions {
  connectionString: string;
  /** AQUIFER_POOL_MAX. */
  poolMax: number;
  /** The pool's lanes where they are not the usual ones for its size; their promises then stay as they are. */
  lanes?: Lanes<LaneName>;
  /** AQUIFER_SHARED_BUDGET. */
  isShared: boolean;
  connectTimeoutMs?: number;
  logger: Logger;
  onProgress?: (line: string) => void;
  /** 2 s when left out. */
  beatMs?: number;
}

export interface Place {
  /** With a name of its own for this process's sessions, where it shares the budget. */
  connectionString: string;
  /** Lanes whose promises fit into what is left; undefined where that is not known. */
  lanes: Lanes<LaneName> | undefined;
  verdict: CapacityVerdict | undefined;
  /** The budget while it runs, to be started with the pool; undefined where it is not shared. */
  serve(database: BudgetedPool): Service | undefined;
}

const BEAT_MS = 2_000;
/** How long others may take to give back, in beats, before this process takes what its lanes are promised all the same. */
const PATIENCE_BEATS = 5;
const CONNECT_TIMEOUT_MS = 10_000;

/** @throws AppError database_full, where a server cannot work. Nothing else keeps one from starting. */
export async function takePlace(options: PlaceOptions): Promise<Place> {
  const named = nameSessions(options);
  const client = new Client({
    connectionString: named.connectionString,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  const alone = {
    connectionString: options.connectionString,
    lanes: undefined,
    verdict: undefined,
    serve: () => undefined,
  };
  try {
    await client.connect();
    if (await isPooled(client)) {
      options.logger.info({ service: 'database.budget' }, hiddenByPooler.sentence);
      return { ...alone, verdict: hiddenByPooler };
    }
    return await settle(client, options, named);
  } catch (error) {
    if (error instanceof AppError) throw error;
    options.logger.warn({ err: toError(error) }, 'how many connections there are could not be read');
    return alone;
  } finally {
    await closeClient(client);
  }
}

/** A name that tells this process's sessions from all others', after the user's own where the URL has one. */
function nameSessions({ connectionString, poolMax, beatMs = BEAT_MS }: PlaceOptions) {
  const url = new URL(connectionString);
  const applicationName = url.searchParams.get('application_name') ?? 'aquifer';
  const membership = new Membership({ applicationName, want: poolMax, beatMs, nowMs: () => performance.now() });
  url.searchParams.set('application_name', membership.applicationName);
  return { connectionString: url.href, membership };
}

async function settle(
  client: Client,
  options: PlaceOptions,
  { connectionString, membership }: { connectionString: string; membership: Membership },
): Promise<Place> {
  const { logger, poolMax } = options;
  const { verdict, canShare } = await findRoom(client, options, membership.beatMs);
  if (verdict.status === 'tight') logger.warn({ service: 'database.budget' }, verdict.sentence);
  const lanes = options.lanes ?? fitLanes(poolMax, verdict);
  if (!canShare) return { connectionString: options.connectionString, lanes, verdict, serve: () => undefined };
  membership.floor = promisedBy(lanes);
  const joined = await join(client, membership, options);
  const nowMs = () => performance.now();
  const serve = (database: BudgetedPool) =>
    new RunningBudget({ database, membership, joined, want: poolMax, logger, nowMs });
  return { connectionString, lanes, verdict, serve };
}

/** Another server that is just stopping, or has just been killed, still counts for a moment: it is waited for. */
async function findRoom(client: Client, options: PlaceOptions, beatMs: number) {
  const untilMs = performance.now() + PATIENCE_BEATS * beatMs;
  for (;;) {
    const { members, canShare } = await readMembers(client, options);
    const { room, sessions } = await readServer(client);
    const { poolMax } = options;
    const verdict = judgeCapacity({ poolMax, isShared: canShare, members, room, sessions });
    if (verdict.status !== 'impossible') return { verdict, canShare };
    if (members.length === 0 || performance.now() > untilMs) refuseWhereImpossible(verdict);
    await pause(beatMs / 2);
  }
}

async function readServer(client: Client): Promise<{ room: Room; sessions: Sessions[] }> {
  const { query } = transactionOn(client);
  const [room] = await query(readRoom, []);
  if (!room) throw new Error('the role of this connection is not among the roles');
  return { room, sessions: await query(listSessions, []) };
}

async function readMembers(
  client: Client,
  { isShared, logger }: PlaceOptions,
): Promise<{ members: readonly Member[]; canShare: boolean }> {
  try {
    return { members: await transactionOn(client).query(listMembers, []), canShare: isShared };
  } catch (error) {
    if (isShared) logger.warn({ service: 'database.budget', err: toError(error) }, NOT_SHARED);
    return { members: [], canShare: false };
  }
}

/** Joins the members, and waits until they have made room for what the lanes are promised. */
async function join(client: Client, membership: Membership, { logger, onProgress }: PlaceOptions) {
  const { beatMs, floor } = membership;
  const untilMs = performance.now() + PATIENCE_BEATS * beatMs;
  let inForce = 0;
  let isWaiting = false;
  for (;;) {
    const sentAtMs = performance.now();
    const pulse = { held: 0, inForce, demand: 0 };
    let division: Division;
    try {
      division = await inTransaction(client, (transaction) => membership.beat(transaction, pulse));
    } catch (error) {
      logger.warn({ service: 'database.budget', err: toError(error) }, NOT_SHARED);
      return undefined;
    }
    if (division.allowed >= floor) return { division, sentAtMs };
    if (performance.now() > untilMs) {
      logger.warn(
        { service: 'database.budget' },
        'the other servers have not made room in time; this one starts all the same',
      );
      return { division: { ...division, allowed: floor }, sentAtMs };
    }
    inForce = division.allowed;
    if (!isWaiting) onProgress?.('Waiting for the other servers to give back connections');
    isWaiting = true;
    await pause(beatMs / 2);
  }
}

function transactionOn(client: Client): BeatTransaction {
  return {
    query: async (statement, params) => {
      const { rows } = await client.query(toQuery(statement, params, false));
      return rows;
    },
  };
}

async function inTransaction<Result>(
  client: Client,
  work: (transaction: BeatTransaction) => Promise<Result>,
): Promise<Result> {
  await client.query('begin');
  try {
    const result = await work(transactionOn(client));
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function isPooled(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
  return rows[0]?.pid !== (client as Client & { processID?: number }).processID;
}

/** The lanes of a pool of `poolMax`, with promises that fit: all may still be lent up to the same ceilings. */
function fitLanes(poolMax: number, verdict: CapacityVerdict): Lanes<LaneName> {
  const large = defaultLanes(poolMax);
  const small = defaultLanes(fittingPool(poolMax, verdict));
  const entries = laneNames.map((name) => [
    name,
    Object.freeze({ ...large[name], guaranteed: small[name].guaranteed }),
  ]);
  return Object.freeze(Object.fromEntries(entries) as Record<LaneName, Lanes[LaneName]>);
}

function pause(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}

/** For `aquifer doctor`: the verdict on the deployment as it is, on a connection that is open already. */
export async function examineCapacity(client: Client, poolMax: number, isShared: boolean): Promise<CapacityVerdict> {
  if (await isPooled(client)) return hiddenByPooler;
  const members = await transactionOn(client)
    .query(listMembers, [])
    .catch(() => []);
  const { room, sessions } = await readServer(client);
  const isRunning = members.some((one) => isAlive(one, sessions));
  return judgeCapacity({ poolMax: isRunning ? undefined : poolMax, isShared, members, room, sessions });
}
