/**
 * Preventive measures: what would keep the like from happening, each only where the incident itself shows that it was missing,
 * and with that as its evidence.
 */

import type { IncidentDetail, TimelineEntry } from '../../incidents/schema.ts';
import { causeName } from '../cause-name.ts';
import type { IncidentFacts } from '../incident-facts.ts';
import { asSentence, clockWords, countWords, spanWords } from '../words.ts';
import { notAgain } from './corrective.ts';
import { type CheckSpec, keyOf, type MeasureDraft } from './draft.ts';

type Verdict = NonNullable<IncidentDetail['verdict']>;

interface Prevention {
  what: string;
  sentence: string;
  detail?: string;
  evidence: string[];
  check?: CheckSpec;
}

export function preventiveMeasures(facts: IncidentFacts): MeasureDraft[] {
  const { verdict } = facts.detail;
  const found = [
    ...(verdict ? ofKind(verdict, facts) : []),
    ...ofAlerts(facts),
    ...ofChanges(facts),
    ...(verdict ? outcome(verdict, facts) : []),
  ];
  return found.map(({ check = null, detail = null, evidence, sentence, what }) => ({
    ...{
      key: keyOf(what, detail ?? sentence),
      kind: 'preventive',
      sentence,
      detail,
      evidence,
      check,
      isOwn: false,
      doneAt: null,
    },
  }));
}

function ofKind(verdict: Verdict, facts: IncidentFacts): Prevention[] {
  switch (verdict.kind) {
    case 'lock_held':
      return idleTimeout(verdict);
    case 'ddl_queued':
      return lockTimeout(verdict);
    case 'missing_index':
      return planReview(verdict);
    case 'plan_changed':
      return statistics(verdict, facts);
    default:
      return [];
  }
}

const quoted = (name: string) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** For a session of another program that stood idle in its transaction: the server can end those by itself. */
function idleTimeout({ holder }: Verdict): Prevention[] {
  if (!holder || holder.isOurs || !holder.state.startsWith('idle in transaction') || holder.userName === null)
    return [];
  const { forMs, pid, userName } = holder;
  return [
    {
      what: 'idle_timeout',
      sentence: `Let Postgres end transactions of the role ${userName} that stand idle.`,
      detail: `alter role ${quoted(userName)} set idle_in_transaction_session_timeout = '60s'`,
      evidence: [`Pid ${pid} of the role ${userName} stood ${holder.state} for ${spanWords(forMs)} when it was named.`],
      check: { kind: 'role_setting', role: userName, setting: 'idle_in_transaction_session_timeout' },
    },
  ];
}

/** A change of a definition that gives up by itself holds nobody behind it. */
function lockTimeout({ evidence }: Verdict): Prevention[] {
  return [
    {
      what: 'lock_timeout',
      sentence: 'Run changes of definitions with a lock_timeout of a second or two, and try again when it passes.',
      detail: "set lock_timeout = '2s'",
      evidence: evidence.slice(0, 2),
    },
  ];
}

function planReview({ plan }: Verdict): Prevention[] {
  if (!plan || plan.relation === null || plan.rows === null) return [];
  return [
    {
      what: 'plan_review',
      sentence: 'Look at the plan of a new statement on a table of this size before it is released.',
      evidence: [`${plan.relation} has about ${countWords(plan.rows)} rows, and ${plan.summary} reads it.`],
    },
  ];
}

function statistics({ plan }: Verdict, { closedMs, openedMs }: IncidentFacts): Prevention[] {
  if (!plan || plan.relation === null) return [];
  const [column = null] = plan.filterColumns;
  const target =
    column === null ? '' : `alter table ${plan.relation} alter column ${quoted(column)} set statistics 1000; `;
  const taken =
    plan.analyzedAt === null ? [] : [`Its statistics were taken last at ${clockWords(plan.analyzedAt)} UTC.`];
  const change =
    plan.before !== null && plan.after !== null ? [`Before: ${plan.before}.`, `After: ${plan.after}.`] : [];
  return [
    {
      what: 'statistics',
      sentence: `Take a larger sample of ${plan.relation}, so that its plan does not flip with the next one.`,
      detail: `${target}analyze ${plan.relation}`,
      evidence: [...change, ...taken],
      check: {
        ...{ kind: 'statistics', relation: plan.relation, column },
        after: new Date(closedMs ?? openedMs).toISOString(),
      },
    },
  ];
}

/** Users were hurt and nothing had told anyone. */
function ofAlerts({ closedMs, detail: { timeline }, hurt }: IncidentFacts): Prevention[] {
  if (!hurt) return [];
  const alerts = timeline.filter(({ kind }) => kind === 'alert');
  const [first] = alerts;
  if (first && Date.parse(first.at) - hurt.fromMs <= LATE_ALERT_MS) return [];
  const evidence = first
    ? `Users were hurt from ${clockWords(hurt.fromMs)} on; the first alert came at ${clockWords(first.at)}, ${spanWords(Date.parse(first.at) - hurt.fromMs)} later.`
    : `Users were hurt from ${clockWords(hurt.fromMs)} on, and ${closedMs === null ? 'no alert has come' : 'no alert came'}.`;
  return [
    {
      what: 'alert',
      sentence: 'Make an alert rule for what hurt users here, or lower the threshold of one that there is.',
      evidence: [evidence],
    },
  ];
}

const LATE_ALERT_MS = 10_000;

/** What was released or changed shortly before is to be looked at, whether or not it turns out to have been the reason. */
function ofChanges({ changesBefore, openedMs }: IncidentFacts): Prevention[] {
  const looked = changesBefore.filter(({ kind }) => kind === 'deploy' || kind === 'migration' || kind === 'ddl');
  if (looked.length === 0) return [];
  const tell = ({ at, sentence }: TimelineEntry) =>
    `${clockWords(at)}, ${spanWords(openedMs - Date.parse(at))} before it opened: ${asSentence(sentence)}`;
  return [
    {
      what: 'review_change',
      sentence: `Find out whether ${looked.length === 1 ? 'the change' : `one of the ${looked.length} changes`} made shortly before brought it about.`,
      evidence: looked.map(tell),
    },
  ];
}

/** The proof of all the others: it does not come back. */
function outcome(verdict: Verdict, facts: IncidentFacts): Prevention[] {
  return [
    {
      what: 'not_again',
      sentence: 'See that it does not come back.',
      evidence: [`The cause to look for: ${causeName(verdict.kind, verdict.statement?.name ?? null)}.`],
      check: notAgain(verdict, facts),
    },
  ];
}
