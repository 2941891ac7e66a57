/**
 * The rules that every server has, with nothing to configure. Limits are there for what is bad at any hour; whatever depends on
 * the hour is held against its own past; and most of them stay silent unless users wait, are refused or are failed.
 */

import { burnRules } from './burn-rules.ts';
import type { AlertRuleDefinition, Gate } from './rule.ts';
import { bytes, count, duration, ms, perSecond, share, times } from './words.ts';

type Given = Pick<
  AlertRuleDefinition,
  'id' | 'name' | 'about' | 'series' | 'severity' | 'unit' | 'forSeconds' | 'tell'
> &
  Partial<AlertRuleDefinition>;

const nothing: Gate = { by: 'none' };
const USERS = 'users';
/** Those in which somebody waits for an answer. */
const userLanes = ['critical', 'interactive'];
/** In units of the spread: one hour in millions of a quiet figure, were it normal; figures are not, hence the gates. */
const UNUSUAL = 6;
/** What falls can fall to nothing and no further: it never gets as many spreads away as what rises. */
const GONE = 2;

const limit = (given: Given & { threshold: number }): AlertRuleDefinition => ({
  ...{ isBuiltIn: true, isEnabled: true, kind: 'limit', direction: 'above', isHard: false, gate: nothing },
  family: given.id,
  ...given,
});

const baseline = (given: Given & { gate: Gate }): AlertRuleDefinition => ({
  ...{ isBuiltIn: true, isEnabled: true, kind: 'baseline', direction: 'above', isHard: false, threshold: UNUSUAL },
  family: given.id,
  ...given,
});

const event = (given: Omit<Given, 'series' | 'tell' | 'unit'> & { unit?: string }): AlertRuleDefinition => ({
  ...{ isBuiltIn: true, isEnabled: true, kind: 'event', series: null, direction: 'above', threshold: 0, unit: 's' },
  ...{ isHard: true, gate: nothing, family: given.id, tell: () => '' },
  ...given,
});

const ofPool: readonly AlertRuleDefinition[] = [
  limit({
    ...{ id: 'pool-refuses', name: 'Users are refused a connection', series: 'pool.refusedPerSecond' },
    about: 'Log-ins or requests for users’ own data are turned away because no connection could be had in time.',
    ...{ severity: 'page', scopes: userLanes, threshold: 0.2, unit: 'a second', forSeconds: 10, family: USERS },
    tell: ({ scope, value }) => `The lane ${scope} refuses ${perSecond(value)}: no connection could be had in time.`,
  }),
  baseline({
    ...{ id: 'pool-waits', name: 'Users wait for a connection', series: 'pool.waitP99Ms', scopes: userLanes },
    about: 'Waiting for a connection takes much longer than is usual at this hour, and the waits add up.',
    ...{ severity: 'page', unit: 'ms', forSeconds: 50, family: USERS, ratio: 3, least: 50, spreadMin: 2 },
    gate: { by: 'addedWait', rate: 'pool.acquiredPerSecond', part: 0.01, secondsPerMinute: 10 },
    tell: ({ scope, usual, value }) =>
      `In the lane ${scope} one caller in a hundred waits ${ms(value)} for a connection, usually ${ms(usual)}.`,
  }),
  limit({
    ...{ id: 'pool-nearly-exhausted', name: 'The pool is nearly exhausted', series: 'pool.usedShare' },
    about: 'Nearly every connection the pool may hold is taken, and users have begun to wait.',
    ...{ severity: 'page', threshold: 0.9, unit: 'of the limit', forSeconds: 30, gate: { by: 'users' }, family: USERS },
    tell: ({ value }) => `${share(value)} of the connections that the pool may hold are taken, and users wait.`,
  }),
  limit({
    ...{ id: 'event-loop-stalls', name: 'The server itself is held up', series: 'process.loopDelayP99Ms' },
    about: 'The process is busy with one thing for so long that all requests stand still.',
    ...{ severity: 'page', threshold: 500, unit: 'ms', forSeconds: 30, family: USERS },
    tell: ({ value }) => `This process stands still for ${ms(value)} at a time: every request waits for it.`,
  }),
];

const ofUsers: readonly AlertRuleDefinition[] = [
  baseline({
    ...{ id: 'requests-slow', name: 'Requests are slow', series: 'http.p99Ms' },
    about: 'A route answers much more slowly than is usual at this hour, and often enough to be felt.',
    ...{ severity: 'page', unit: 'ms', forSeconds: 100, family: USERS, ratio: 3, least: 300, spreadMin: 20 },
    gate: { by: 'addedWait', rate: 'http.requestsPerSecond', part: 0.01, secondsPerMinute: 10 },
    tell: ({ scope, usual, value }) =>
      `${scope || 'One request in a hundred'} takes ${ms(value)} in its slowest hundredth, usually ${ms(usual)}.`,
  }),
  baseline({
    ...{ id: 'statement-slower', name: 'A statement has become slower', series: 'statement.meanMs' },
    about: 'A statement takes much longer than is usual at this hour, and is called so often that users wait for it.',
    ...{ severity: 'ticket', unit: 'ms', forSeconds: 150, family: USERS, ratio: 2, least: 5, spreadMin: 0.5 },
    gate: { by: 'addedWait', rate: 'statement.callsPerSecond', part: 1, secondsPerMinute: 10 },
    tell: ({ scope, usual, value }) =>
      `${scope} takes ${ms(value)}, usually ${ms(usual)}: ${times(value, usual)} as long.`,
  }),
  limit({
    ...{ id: 'requests-failing', name: 'Requests fail', series: 'http.failedShare' },
    about: 'Of all requests so many fail at this moment that users see it.',
    ...{ severity: 'page', threshold: 0.025, unit: 'of all requests', forSeconds: 120, family: USERS },
    gate: { by: 'count', rate: 'http.failedTotal', perMinute: 10 },
    tell: ({ value }) => `${share(value)} of all requests fail.`,
  }),
  baseline({
    ...{ id: 'traffic-vanished', name: 'Requests stay away', series: 'http.requestsTotal', direction: 'below' },
    about: 'Far fewer requests arrive than is usual at this hour: something in front of this server may be broken.',
    ...{
      severity: 'page',
      unit: 'a second',
      forSeconds: 200,
      ratio: 0.4,
      spreadMin: 0.5,
      sudden: 0.6,
      threshold: GONE,
    },
    gate: { by: 'change', least: 2 },
    tell: ({ usual, value }) => `${perSecond(value)} requests arrive; at this hour it is usually ${perSecond(usual)}.`,
  }),
  baseline({
    ...{ id: 'log-ins-fail', name: 'Log-ins fail', series: 'logIn.failedPerSecond' },
    about: 'Far more log-ins fail than is usual at this hour: users cannot get in, or somebody tries passwords.',
    ...{ severity: 'page', unit: 'a second', forSeconds: 240, family: 'log-in', ratio: 3, spreadMin: 0.05 },
    gate: { by: 'change', least: 0.25 },
    tell: ({ usual, value }) => `${perSecond(value)} log-ins fail; at this hour it is usually ${perSecond(usual)}.`,
  }),
  baseline({
    ...{ id: 'log-ins-stop', name: 'Nobody gets in any more', series: 'logIn.succeededPerSecond', direction: 'below' },
    about: 'Far fewer log-ins succeed than is usual at this hour.',
    ...{
      severity: 'page',
      unit: 'a second',
      forSeconds: 200,
      family: 'log-in',
      ratio: 0.3,
      spreadMin: 0.1,
      sudden: 0.5,
      threshold: GONE,
    },
    gate: { by: 'change', least: 0.2 },
    tell: ({ usual, value }) => `${perSecond(value)} log-ins succeed; at this hour it is usually ${perSecond(usual)}.`,
  }),
  limit({
    ...{ id: 'log-ins-refused', name: 'Log-ins are turned away', series: 'logIn.refusedPerSecond' },
    about: 'Log-ins are turned away without being looked at.',
    ...{ severity: 'page', threshold: 0.5, unit: 'a second', forSeconds: 60, family: 'log-in' },
    tell: ({ value }) => `${perSecond(value)} log-ins are turned away without being looked at.`,
  }),
];

const ofServer: readonly AlertRuleDefinition[] = [
  limit({
    ...{ id: 'locks-pile-up', name: 'Sessions wait for locks', series: 'locks.waiting' },
    about: 'Many sessions wait for locks, and do so for a while.',
    ...{ severity: 'page', threshold: 5, unit: 'sessions', forSeconds: 30, family: USERS },
    tell: ({ value }) => `${count(value)} sessions wait for a lock.`,
  }),
  limit({
    ...{
      id: 'connections-near-limit',
      name: 'Postgres is running out of connections',
      series: 'server.connectionShare',
    },
    about: 'Of all connections that Postgres allows, most are taken; the next program to ask is turned away.',
    ...{ severity: 'page', threshold: 0.9, unit: 'of max_connections', forSeconds: 30, isHard: true },
    tell: ({ value }) => `${share(value)} of the connections that Postgres allows are taken.`,
  }),
  limit({
    ...{ id: 'replica-lags', name: 'A replica lags behind', series: 'replica.lagMs' },
    about: 'What is read from this replica is old, and a failover to it would lose the difference.',
    ...{ severity: 'ticket', threshold: 300_000, unit: 'ms', forSeconds: 300 },
    tell: ({ scope, value }) => `The replica ${scope} is ${duration(value)} behind.`,
  }),
  limit({
    ...{ id: 'deadlocks', name: 'Transactions lock each other', series: 'server.deadlocksPerSecond' },
    about: 'Postgres breaks several deadlocks a minute; each of them ends somebody’s transaction.',
    ...{ severity: 'ticket', threshold: 0.05, unit: 'a second', forSeconds: 300 },
    tell: ({ value }) => `Postgres breaks ${count(value * 60)} deadlocks a minute.`,
  }),
  limit({
    ...{
      id: 'transaction-very-long',
      name: 'A transaction has been open for hours',
      series: 'server.longestTransactionMs',
    },
    about: 'While it is open, nothing that was deleted since can be cleared away, and every table grows.',
    ...{ severity: 'ticket', threshold: 6 * 3_600_000, unit: 'ms', forSeconds: 60 },
    tell: ({ value }) => `A transaction has been open for ${duration(value)}: vacuum cannot clear anything since.`,
  }),
  limit({
    ...{ id: 'disk-nearly-full', name: 'The disk is nearly full', series: 'disk.freeShare', direction: 'below' },
    about: 'A database whose disk is full stops.',
    ...{ severity: 'page', threshold: 0.1, unit: 'of the disk', forSeconds: 60, isHard: true, family: 'disk' },
    tell: ({ value }) => `${share(value)} of the disk is free. A database whose disk is full stops.`,
  }),
  limit({
    ...{ id: 'disk-fills', name: 'The disk will be full within a day', series: 'disk.hoursLeft', direction: 'below' },
    about: 'At the pace of the last hours the disk is full within a day.',
    ...{ severity: 'page', threshold: 24, unit: 'hours', forSeconds: 600, isHard: true, family: 'disk' },
    tell: ({ value }) => `At the pace of the last hours the disk is full in ${duration(value * 3_600_000)}.`,
  }),
  limit({
    ...{
      id: 'database-too-large',
      name: 'Little room is left on the disk',
      series: 'disk.freeBytes',
      direction: 'below',
    },
    about: 'So little room is left that one large query or one index could fill it.',
    ...{ severity: 'page', threshold: 1_073_741_824, unit: 'bytes', forSeconds: 60, isHard: true, family: 'disk' },
    tell: ({ value }) => `${bytes(value)} of disk are free.`,
  }),
];

const wraparound = (given: Pick<Given, 'id' | 'name' | 'series' | 'severity'> & { threshold: number }) =>
  limit({
    ...{ ...given, unit: 'transactions', forSeconds: 0, isHard: true, family: 'wraparound' },
    about: 'At about two thousand million Postgres stops taking writes, until all old rows are frozen.',
    tell: ({ value }) =>
      `The oldest row is ${count(value / 1e6)} million transactions old; at 2,147 million Postgres takes no more writes.`,
  });

const ofWraparound: readonly AlertRuleDefinition[] = [
  wraparound({
    ...{ id: 'wraparound-nears', name: 'Old rows are not frozen in time', series: 'vacuum.oldestXidAge' },
    ...{ severity: 'ticket', threshold: 1_000_000_000 },
  }),
  wraparound({
    ...{ id: 'wraparound-threatens', name: 'Postgres will stop taking writes', series: 'vacuum.oldestXidAge' },
    ...{ severity: 'page', threshold: 1_600_000_000 },
  }),
  wraparound({
    ...{ id: 'multixact-wraparound-nears', name: 'Old row locks are not frozen in time' },
    ...{ series: 'vacuum.oldestMultixactAge', severity: 'ticket', threshold: 1_000_000_000 },
  }),
];

/** Raised when an incident opens by itself. */
export const USERS_HURT = 'users-hurt';

/** Raised by who watches for them; here so that they can be seen and switched off. */
const events: readonly AlertRuleDefinition[] = [
  event({
    ...{ id: USERS_HURT, name: 'Users are hurt' },
    about:
      'An incident has opened: users see failures or wait far too long. It is told at once, with the cause where it is known.',
    ...{ severity: 'page', forSeconds: 0, family: USERS },
  }),
  event({
    ...{ id: 'query-overstays', name: 'A query overstays' },
    about:
      'A statement runs far longer than it should: longer than ten times what is usual of it, or past its deadline. With users waiting it is told after seconds.',
    ...{ severity: 'ticket', forSeconds: 0 },
  }),
  event({
    ...{ id: 'lock-tree', name: 'A lock stops others' },
    about: 'One session holds a lock for which several others wait. It is named with its statement, not with its pid.',
    ...{ severity: 'page', forSeconds: 0, family: USERS },
  }),
  event({
    ...{ id: 'idle-in-transaction', name: 'A transaction is open and idle' },
    about: 'A session began a transaction and does nothing: its locks stay, and vacuum clears nothing away since.',
    ...{ severity: 'ticket', forSeconds: 900 },
  }),
  event({
    ...{ id: 'connection-leak', name: 'A connection is not given back' },
    about: 'A caller holds a connection and has run nothing on it for a long time.',
    ...{ severity: 'ticket', forSeconds: 0 },
  }),
  event({
    ...{ id: 'database-away', name: 'Postgres does not answer' },
    about: 'No connection can be opened, and nothing that was asked is answered.',
    ...{ severity: 'page', forSeconds: 3, family: USERS },
  }),
  event({
    ...{ id: 'plan-regressed', name: 'A statement has a worse plan' },
    about: 'Postgres runs a statement in another way than before, and it reads far more for it.',
    ...{ severity: 'ticket', forSeconds: 0 },
  }),
];

export const builtInRules: readonly AlertRuleDefinition[] = [
  ...[...ofPool, ...ofUsers, ...burnRules, ...ofServer, ...ofWraparound, ...events],
];
