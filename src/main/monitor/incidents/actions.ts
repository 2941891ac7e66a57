/**
 * What a person can do about an incident, with one call each: from what the verdict advises, with the sessions, rules and caps as they are
 * now. Each says what will happen and what will be lost; what nobody but a person can do has no call.
 */

import { listStatements } from '../../database/index.ts';
import type { Verdict, VerdictAction } from '../cause/schema.ts';
import type { ActivitySample } from '../samples/backend.ts';
import { readIndexSql } from './index-jobs/index-sql.ts';
import type { IncidentAction, StatementCap, TimelineEntry } from './schema.ts';

type Call = NonNullable<IncidentAction['call']>;

export interface ActionSources {
  sample: ActivitySample | undefined;
  caps: readonly StatementCap[];
  ruleMode: (id: string) => 'off' | 'warn' | 'enforce' | undefined;
  timeline: readonly TimelineEntry[];
}

const CAP_MINUTES = 60;
const CRITICAL_MIN = 2;
const capped = new Set<Verdict['kind']>(['missing_index', 'slow_statement', 'plan_changed', 'volume_surge']);
const rules: Partial<Record<Verdict['kind'], string>> = {
  idle_in_transaction: 'own-idle-in-transaction',
  lock_held: 'others-idle-and-blocking',
  ddl_queued: 'others-queued-definition',
};

/** @param verdicts the one that explains most of it first */
export function actionsFor(verdicts: readonly Verdict[], sources: ActionSources): IncidentAction[] {
  const actions = new Map<string, IncidentAction>();
  for (const verdict of verdicts) {
    for (const advised of advisedBy(verdict)) {
      const key = `${advised.kind} ${advised.detail ?? advised.sentence}`;
      if (!actions.has(key)) actions.set(key, toAction(advised, verdict, sources));
    }
  }
  return [...actions.values()];
}

/** A statement that hurts can be held back, whatever else is advised. */
function advisedBy({ actions, kind, statement }: Verdict): VerdictAction[] {
  const others = actions.filter((action) => action.kind !== 'cap_statement');
  const [advised] = actions.filter((action) => action.kind === 'cap_statement');
  if (!statement || !capped.has(kind)) return [...actions];
  const sentence = advised?.sentence ?? 'Let less of it run at once, until it is mended.';
  return [...others, { kind: 'cap_statement', sentence, detail: statement.name }];
}

function toAction(advised: VerdictAction, verdict: Verdict, sources: ActionSources): IncidentAction {
  switch (advised.kind) {
    case 'create_index':
      return { ...advised, ...indexAction(advised, sources) };
    case 'end_session':
      return { ...advised, ...endAction(advised, sources) };
    case 'switch_rule':
      return { ...advised, ...ruleAction(verdict, sources) };
    case 'cap_statement':
      return { ...advised, ...capAction(advised, sources) };
    default:
      return { ...advised, call: null, doneAt: null };
  }
}

type Doing = Pick<IncidentAction, 'call' | 'doneAt'>;

function doneAt({ timeline }: ActionSources, matches: (details: TimelineEntry['details']) => boolean): string | null {
  return timeline.findLast(({ by, details }) => by !== null && matches(details))?.at ?? null;
}

function indexAction({ detail = '' }: VerdictAction, sources: ActionSources): Doing {
  let indexName: string;
  try {
    indexName = readIndexSql(detail).indexName;
  } catch {
    // With constants to be put in first, for example.
    return { call: null, doneAt: null };
  }
  const needs = detail.includes('gin_trgm_ops') ? ' The extension pg_trgm has to be there.' : '';
  const call: Call = {
    ...{ method: 'POST', path: '/v1/monitor/indexes', body: { sql: detail }, button: 'Create this index' },
    effect: `The index is built while reads and writes go on. It takes disk space, and one core while it is built; the table’s definition cannot be changed meanwhile. Nothing is lost.${needs}`,
  };
  return { call, doneAt: doneAt(sources, ({ action, index }) => action === 'create_index' && index === indexName) };
}

function endAction({ detail = '' }: VerdictAction, sources: ActionSources): Doing {
  const pid = Number(detail);
  const done = doneAt(sources, (details) => details.journal === 'session_ended' && details.pid === pid);
  const backend = sources.sample?.backends.find((one) => one.pid === pid);
  // Gone, or never to be seen by our role: there is nobody whom one could mean exactly.
  if (!backend || backend.backendStart === '') return { call: null, doneAt: done };
  const { applicationName, backendStart, queryStart, state, transactionMs } = backend;
  const open =
    transactionMs === null ? '' : ` Its transaction of ${Math.round(transactionMs / 1000)} s is rolled back.`;
  const idle = state?.startsWith('idle') ? ' It runs nothing at this moment.' : '';
  const call: Call = {
    ...{ method: 'POST', path: `/v1/monitor/sessions/${pid}/end`, button: 'End this session' },
    body: { backendStart, queryStart, how: 'terminate' },
    effect: `The session ${pid} of ${applicationName || 'a program without a name'} ends.${idle}${open} What it has not committed is lost; what it has is kept.`,
  };
  return { call, doneAt: done };
}

function ruleAction({ kind }: Verdict, sources: ActionSources): Doing {
  const id = rules[kind];
  const mode = id === undefined ? undefined : sources.ruleMode(id);
  const done = doneAt(sources, (details) => details.rule === id && details.mode === 'enforce');
  if (id === undefined || mode === undefined || mode === 'enforce') return { call: null, doneAt: done };
  const call: Call = {
    ...{ method: 'PUT', path: `/v1/monitor/rules/${id}`, body: { mode: 'enforce' }, button: 'Let the rule act' },
    effect:
      'From now on sessions that it finds are ended without a person; what they have not committed is lost. Its rehearsal says whom it would have hit in the last day.',
  };
  return { call, doneAt: done };
}

function capAction({ detail = '' }: VerdictAction, sources: ActionSources): Doing {
  const declared = listStatements().find(({ name }) => name === detail);
  const done = doneAt(sources, (details) => details.action === 'cap_statement' && details.statement === detail);
  const isSet = sources.caps.some(({ statement }) => statement === detail);
  if (detail === '' || declared?.lane === 'control' || isSet) return { call: null, doneAt: done };
  const max = declared?.lane === 'critical' ? CRITICAL_MIN : 1;
  const call: Call = {
    ...{ method: 'POST', path: '/v1/monitor/caps', button: 'Cap this statement now' },
    body: { statement: detail, max, minutes: CAP_MINUTES, reason: 'It hurt others in an incident.' },
    effect: `For ${CAP_MINUTES} minutes no more than ${max === 1 ? 'one' : max} of it runs at once; whoever asks for more waits, and is refused where that takes too long. Those that run now are left to end.`,
  };
  return { call, doneAt: done };
}
