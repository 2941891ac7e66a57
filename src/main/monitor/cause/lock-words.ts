/** What is said of whoever stands in the way of others: in one sentence, with who it is and what to do about it. */

import type { Backend } from '../samples/backend.ts';
import type { LockTree } from './lock-tree.ts';
import type { Holder, VerdictAction } from './schema.ts';
import { durationWords, statementWords } from './words.ts';

export function holderOf({ holder, root }: LockTree): Holder {
  const lease = holder?.lease;
  return {
    pid: root.pid,
    state: root.state,
    forMs: Math.round((isIdle(root.state) ? holder?.stateMs : holder?.queryMs) ?? 0),
    applicationName: holder?.applicationName ?? '',
    userName: holder?.userName ?? null,
    statement: root.statement,
    route: lease?.origin?.route ?? null,
    isOurs: lease !== undefined,
  };
}

function isIdle(state: string): boolean {
  return state.startsWith('idle');
}

/** "a forgotten session of psql (pid 812, user ada)", "our own GET /import (pid 812)". */
export function sessionWords(backend: Backend | undefined, pid: number): string {
  if (pid === 0) return 'a prepared transaction that was never committed';
  if (!backend) return `a session that could not be seen (pid ${pid})`;
  if (backend.lease) return `our own ${backend.lease.origin?.route ?? backend.lease.statement} (pid ${pid})`;
  if (backend.backendType === 'autovacuum worker') return `autovacuum (pid ${pid})`;
  const program = backend.applicationName === '' ? 'a program without a name' : backend.applicationName;
  const user = backend.userName === null ? '' : `, user ${backend.userName}`;
  return `a session of ${program} (pid ${pid}${user})`;
}

export function stateWords(holder: Holder): string {
  if (holder.pid === 0) return 'is kept open in the server';
  const since = durationWords(holder.forMs);
  if (isIdle(holder.state)) return `has been ${holder.state} for ${since}`;
  if (holder.state === 'active') return `has been running for ${since}`;
  return `is ${holder.state}`;
}

export function lockSentence(tree: LockTree, holder: Holder, victims: string): string {
  const who = sessionWords(tree.holder, tree.root.pid);
  const subject = who.charAt(0).toUpperCase() + who.slice(1);
  const ddl = tree.queuedDdl;
  if (ddl) {
    const change = statementWords(ddl.statement, ddl.query);
    return `${change} (pid ${ddl.pid}) waits behind ${who}, which ${stateWords(holder)}, and ${victims} wait behind it.`;
  }
  return `${subject} ${stateWords(holder)} and holds a lock that ${victims} wait for.`;
}

export function lockEvidence(tree: LockTree, holder: Holder): string[] {
  const { holder: backend, ownVictims, queuedDdl, root, victims } = tree;
  const waits = victims === 1 ? 'One session waits' : `${victims} sessions wait`;
  const evidence = [`${waits} in this queue, ${ownVictims} of them ours.`];
  if (root.statement !== '') {
    const verb = isIdle(root.state) ? 'ran last' : 'runs';
    evidence.push(`pid ${root.pid} ${verb} ${statementWords(root.statement, backend?.query || null)}.`);
  }
  if (root.pid === 0) evidence.push('pg_blocking_pids names pid 0: a prepared transaction (two-phase commit).');
  if (backend?.query.includes('to prevent wraparound')) {
    evidence.push('It is the vacuum that prevents a wraparound; it is never to be ended.');
  }
  if (backend?.transactionMs) {
    evidence.push(`Its transaction began ${durationWords(backend.transactionMs)} ago.`);
  }
  if (queuedDdl) {
    evidence.push(
      'A change of a table asks for a lock that nobody may share, and everyone who comes later stands behind it.',
    );
  }
  if (backend && backend.query === '' && !holder.isOurs) {
    evidence.push('What it runs may not be seen: grant pg_monitor to the role of this server.');
  }
  return evidence;
}

export function lockActions({ holder: backend, queuedDdl, root }: LockTree, holder: Holder): VerdictAction[] {
  if (queuedDdl) {
    return [
      endAction(
        queuedDdl.pid,
        'End the schema change; those behind it go on at once. Run it again with a lock_timeout.',
      ),
      endAction(root.pid, `Or end ${sessionWords(backend, root.pid)}, so that the schema change gets its turn.`),
      fixAction('Set lock_timeout to a second or two for migrations, and try again when it fails.'),
    ];
  }
  if (root.pid === 0) {
    return [
      {
        kind: 'fix_code',
        sentence: 'Commit or roll back the prepared transaction.',
        detail: 'select gid, prepared, owner from pg_catalog.pg_prepared_xacts',
      },
    ];
  }
  if (backend?.backendType === 'autovacuum worker') {
    return [{ kind: 'none', sentence: 'Let the vacuum end; it gives way by itself unless it prevents a wraparound.' }];
  }
  const actions: VerdictAction[] = [
    endAction(root.pid, `End ${sessionWords(backend, root.pid)}; its transaction is rolled back.`),
  ];
  if (!holder.isOurs) {
    actions.push({
      kind: 'switch_rule',
      sentence: 'Switch on the rule that ends sessions which sit idle in a transaction while others wait for them.',
    });
  } else {
    actions.push(
      fixAction('Keep the transaction short: nothing inside of it that waits for a person or another server.'),
    );
  }
  return actions;
}

function endAction(pid: number, sentence: string): VerdictAction {
  return { kind: 'end_session', sentence, detail: String(pid) };
}

export function fixAction(sentence: string): VerdictAction {
  return { kind: 'fix_code', sentence };
}
