/**
 * The cause as far as sessions alone show it, where the application is not ours: who stands in front of a queue for a lock, or
 * which statement many run for long. What a request wanted, what is usual and how Postgres plans it cannot be seen from there.
 */

import { buildLockTrees, type LockTree } from '../cause/lock-tree.ts';
import { holderOf, lockActions, lockEvidence, lockSentence } from '../cause/lock-words.ts';
import type { Verdict, VerdictAction } from '../cause/schema.ts';
import type { VerdictBody } from '../cause/sentences.ts';
import type { Sign } from '../cause/signs.ts';
import { durationWords, statementWords } from '../cause/words.ts';
import type { Backend } from '../samples/backend.ts';

export interface SessionFinding {
  readonly sign: Sign;
  readonly body: VerdictBody;
}

/** One who waits for less would have got his turn by himself. */
const LOCK_WAIT_MS = 1_000;
const LONG_MS = 5_000;
const LONG_SESSIONS = 3;
const VERY_LONG_MS = 30_000;
const VERY_LONG_SESSIONS = 2;
/** What is meant to take long: upkeep, copies, cursors that are read slowly. */
const MEANT_LONG = /^\s*(vacuum|analyze|create (unique )?index|reindex|cluster|copy|fetch|listen|start_replication)\b/i;

const NO_TERMS: Verdict['terms'] = {
  ...{ moreCalls: 0, longerExecution: 0, idleInTransaction: 0, lockWait: 0 },
  ...{ serverSlow: 0, leak: 0, connectStorm: 0 },
};

/** The worst that is seen; nothing where nobody stands in anybody's way. */
export function findInSessions(backends: readonly Backend[]): SessionFinding | undefined {
  return findLock(backends) ?? findLong(backends);
}

function findLock(backends: readonly Backend[]): SessionFinding | undefined {
  const waiting = backends.filter(
    ({ queryMs, waitEventType }) => waitEventType === 'Lock' && (queryMs ?? 0) >= LOCK_WAIT_MS,
  );
  if (waiting.length === 0) return undefined;
  const pids = new Set(waiting.map(({ pid }) => pid));
  const tree = buildLockTrees(backends).find(({ root }) => root.victims.some(({ pid }) => pids.has(pid)));
  return tree && tellLock(tree, waiting);
}

function tellLock(tree: LockTree, waiting: readonly Backend[]): SessionFinding {
  const holder = holderOf(tree);
  const count = tree.victims === 1 ? 'one session' : `${tree.victims} sessions`;
  const first = tree.root.victims[0];
  const victim = waiting.find(({ pid }) => pid === first?.pid);
  const waits = tree.victims === 1 ? 'One session waits' : `${tree.victims} sessions wait`;
  const longest = Math.max(0, ...waiting.map(({ queryMs }) => queryMs ?? 0));
  return {
    sign: { name: 'lock_wait', sentence: `${waits} for a lock, the longest for ${durationWords(longest)}.` },
    body: {
      kind: tree.queuedDdl ? 'ddl_queued' : 'lock_held',
      confidence: 'certain',
      sentence: lockSentence(tree, holder, count),
      statement: victim ? { name: victim.statement, text: victim.query || null } : null,
      caller: { routes: [], tenants: [], application: tree.holder?.applicationName || null },
      terms: { ...NO_TERMS, lockWait: tree.victims },
      ...{ holder, lockTree: tree.root, plan: null },
      evidence: [
        `${waits} in this queue, the longest for ${durationWords(longest)}.`,
        // The first counts sessions of ours, and there are none.
        ...lockEvidence(tree, holder).slice(1),
      ],
      actions: lockActions(tree, holder).flatMap((action) => toAdvice(action, tree)),
    },
  };
}

/** Nothing is ended from here: what would be done is said, ready to be run by whoever may. */
function toAdvice({ detail, kind, sentence }: VerdictAction, { holder, queuedDdl }: LockTree): VerdictAction[] {
  if (kind === 'switch_rule') return [];
  if (kind !== 'end_session') return [{ kind, sentence, ...(detail === undefined ? {} : { detail }) }];
  const target = [holder, queuedDdl].find((one) => String(one?.pid) === detail);
  if (!target?.backendStart) return [{ kind: 'fix_code', sentence }];
  const sql = `select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where pid = ${target.pid} and backend_start = '${target.backendStart}'`;
  return [{ kind: 'fix_code', sentence, detail: sql }];
}

function findLong(backends: readonly Backend[]): SessionFinding | undefined {
  const groups = new Map<string, Backend[]>();
  for (const backend of backends) {
    if (!isLong(backend)) continue;
    groups.set(backend.statement, [...(groups.get(backend.statement) ?? []), backend]);
  }
  const heavy = [...groups.values()].filter((group) => {
    const veryLong = group.filter(({ queryMs }) => (queryMs ?? 0) >= VERY_LONG_MS);
    return group.length >= LONG_SESSIONS || veryLong.length >= VERY_LONG_SESSIONS;
  });
  heavy.sort((a, b) => secondsOf(b) - secondsOf(a));
  return heavy[0] && tellLong(heavy[0]);
}

function isLong({ backendType, leaderPid, query, queryMs, state, waitEventType }: Backend): boolean {
  if (backendType !== 'client backend' || leaderPid !== null || state !== 'active') return false;
  // Whoever waits to be read, or for a lock, is not what takes the time.
  if (waitEventType === 'Lock' || waitEventType === 'Client') return false;
  return (queryMs ?? 0) >= LONG_MS && query !== '' && !MEANT_LONG.test(query);
}

function tellLong(group: readonly Backend[]): SessionFinding {
  const [oldest] = [...group].sort((a, b) => (b.queryMs ?? 0) - (a.queryMs ?? 0)) as [Backend, ...Backend[]];
  const longestMs = oldest.queryMs ?? 0;
  const programs = [...new Set(group.map(({ applicationName }) => applicationName).filter((name) => name !== ''))];
  const from = programs.length === 0 ? '' : ` of ${programs.slice(0, 3).join(', ')}`;
  const who = statementWords(oldest.statement, oldest.query);
  const waits = [
    ...new Set(
      group.flatMap(({ waitEvent, waitEventType }) => (waitEventType ? [`${waitEventType}:${waitEvent}`] : [])),
    ),
  ];
  const onCpu = group.filter(({ waitEventType }) => waitEventType === null).length;
  return {
    sign: {
      name: 'slow',
      sentence: `${group.length} sessions run the same statement, the longest for ${durationWords(longestMs)}.`,
    },
    body: {
      kind: 'slow_statement',
      // Its plan cannot be asked for without the right to read its tables.
      confidence: 'likely',
      sentence: `${group.length} sessions${from} run ${who} at once, the longest for ${durationWords(longestMs)}.`,
      statement: { name: oldest.statement, text: oldest.query },
      caller: { routes: [], tenants: [], application: programs[0] ?? null },
      terms: { ...NO_TERMS, longerExecution: group.length },
      holder: {
        ...{ pid: oldest.pid, state: 'active', forMs: Math.round(longestMs), applicationName: oldest.applicationName },
        ...{ userName: oldest.userName, statement: oldest.statement, route: null, isOurs: false },
      },
      ...{ lockTree: null, plan: null },
      evidence: [
        ...(onCpu > 0 ? [`${onCpu} of them want a processor.`] : []),
        ...(waits.length > 0 ? [`Others of them wait for ${waits.slice(0, 3).join(', ')}.`] : []),
        'How Postgres plans it cannot be asked for by this role.',
      ],
      actions: [
        {
          kind: 'fix_code',
          sentence: 'Look at its plan with explain, as a role that may read its tables; it may lack an index.',
        },
      ],
    },
  };
}

const secondsOf = (group: readonly Backend[]) => group.reduce((sum, { queryMs }) => sum + (queryMs ?? 0), 0);
