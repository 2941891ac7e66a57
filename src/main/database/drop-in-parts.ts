/** What the drop-in pool is made of, put together from its options: the same parts as the server's own. */

import type { ClientConfig, PoolClient } from 'pg';
import { requestCancel } from './cancel.ts';
import { type Connection, Connections } from './connections.ts';
import { LaneFinder } from './lane-finder.ts';
import { LeakReport } from './leak-report.ts';
import { LeaseDesk } from './lease-desk.ts';
import { LeaseWatch } from './lease-watch.ts';
import { createOpener } from './opener.ts';
import { dropInLanes, maxOf, type PoolOptions } from './pool-options.ts';
import { type Emit, LEAK_THRESHOLD_MS, LEASH_MS, NEVER_MS, PoolParts } from './pool-parts.ts';
import type { RunnerOptions } from './running-query.ts';
import { SERVER_TIMEOUTS, timeoutsSql } from './server-timeouts.ts';
import { STALL_MS, StallWatch } from './stall-watch.ts';
import { TimerWheel } from './timer-wheel.ts';
import { PoolTracker } from './tracker.ts';
import { type ClientConstructor, watched } from './watched-client.ts';

const IDLE_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;
const MS_PER_SECOND = 1000;

export function createDropInParts(given: PoolOptions, emit: Emit): PoolParts {
  const max = maxOf(given);
  const lanes = given.lanes ?? dropInLanes(max, given.connectionTimeoutMillis);
  const names = Object.keys(lanes);
  const shortLane = given.shortLane ?? (names.includes('interactive') ? 'interactive' : (names[0] ?? ''));
  const longLane = given.longLane ?? (names.includes('bulk') ? 'bulk' : shortLane);
  const leashMs = given.leashMs ?? LEASH_MS;
  const finder = new LaneFinder({ shortLane, longLane, leashMs, unknownMax: Math.ceil(max / 2) });
  const runner = createRunner(given);
  const connections = createConnections({ given, max, runner, emit });
  const desk = new LeaseDesk({
    ...{ ...runner, lanes, maxConnections: max, connections },
    onChange: () => stalls.wake(),
    statementMax: (_lane, statement) => finder.maxAtOnce(statement),
    laneNow: (statement) => finder.laneOf(statement),
  });
  const leaks = new LeakReport({
    ...{ reclaims: given.leakAction === 'enforce', logger: given.logger },
    tell: (error, lease) => emit('leak', error, lease),
  });
  const onStall = () => leaks.noteEveryPlace();
  const stalls = new StallWatch({ desk, nowMs: runner.nowMs, stallMs: given.stallMs ?? STALL_MS, onStall });
  const watch = new LeaseWatch({
    ...{ desk, finder, shortLane, longLane, leashMs, nowMs: runner.nowMs, tracker: runner.tracker },
    leakThresholdMs: given.leakThresholdMs ?? LEAK_THRESHOLD_MS,
    onLeak: (lease, idleMs) => leaks.report(lease, idleMs),
  });
  const close = async () => {
    await desk.drain(Number.POSITIVE_INFINITY);
    watch.stop();
    stalls.stop();
    await connections.closeAll();
  };
  return new PoolParts({ ...{ connections, desk, finder, lanes, leaks, runner, watch, emit, close } });
}

function createRunner(given: PoolOptions): RunnerOptions {
  const nowMs = () => performance.now();
  const connectionTimeoutMillis = given.connectionTimeoutMillis || CONNECT_TIMEOUT_MS;
  // A peer that is gone without a word is noticed by the system in the end, where nobody set a deadline.
  const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS };
  const clientConfig: ClientConfig = { ...keepAlive, ...given, connectionTimeoutMillis };
  return { clientConfig, wheel: new TimerWheel(nowMs), tracker: given.tracker ?? new PoolTracker(), nowMs };
}

/** The program's own session, with the program's own settings: nothing is set in it that was not asked for. */
function sessionSqlOf(given: PoolOptions): string {
  const { serverTimeouts = false } = given;
  if (serverTimeouts === false) return '';
  const isGiven = (name: string) => given[name as keyof PoolOptions] !== undefined;
  return timeoutsSql(serverTimeouts === true ? SERVER_TIMEOUTS : serverTimeouts, isGiven);
}

interface ConnectionsOf {
  given: PoolOptions;
  max: number;
  runner: RunnerOptions;
  emit: Emit;
}

function createConnections({ given, max, runner, emit }: ConnectionsOf): Connections {
  const { clientConfig, tracker, wheel, nowMs } = runner;
  const Constructor = watched((given.Client as ClientConstructor | undefined) ?? undefined);
  const { onConnect } = given;
  const toClient = (connection: Connection) => connection.client as PoolClient;
  return new Connections({
    open: createOpener({
      clientConfig,
      createClient: (config) => new Constructor(config),
      sessionSql: sessionSqlOf(given),
      ...(onConnect ? { prepare: (client) => onConnect(client as PoolClient) } : {}),
    }),
    cancel: (client) => requestCancel(clientConfig, client),
    ...{ maxConnections: max, minConnections: given.min ?? 0, tracker, wheel, nowMs, logger: given.logger },
    idleTimeoutMs: given.idleTimeoutMillis === 0 ? NEVER_MS : (given.idleTimeoutMillis ?? IDLE_TIMEOUT_MS),
    maxLifetimeMs: (given.maxLifetimeSeconds ?? 0) * MS_PER_SECOND,
    maxUses: given.maxUses || Number.POSITIVE_INFINITY,
    unrefsIdle: given.allowExitOnIdle ?? false,
    onOpened: (connection) => {
      Object.assign(connection.client, { isPooled: connection.isPooled });
      emit('connect', toClient(connection));
    },
    onClosed: (connection) => emit('remove', toClient(connection)),
    onLost: (connection, error) => emit('error', error, toClient(connection)),
  });
}
