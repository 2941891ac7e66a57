/** Corrective measures: what the verdict proposed against this very cause, with its evidence and how it is checked. */

import type { IncidentDetail } from '../../incidents/schema.ts';
import type { IncidentFacts } from '../incident-facts.ts';
import { spanWords } from '../words.ts';
import { type CheckSpec, keyOf, type MeasureDraft } from './draft.ts';

type Action = IncidentDetail['actions'][number];
type Verdict = NonNullable<IncidentDetail['verdict']>;

const EVIDENCE_MAX = 4;

export function correctiveMeasures(facts: IncidentFacts): MeasureDraft[] {
  const { actions, verdict } = facts.detail;
  if (!verdict) return [];
  const proposed: readonly (Pick<Action, 'kind' | 'sentence' | 'detail'> & Partial<Action>)[] =
    actions.length > 0 ? actions : verdict.actions;
  return proposed.flatMap((action) => {
    const measure = toMeasure(action, verdict, facts);
    return measure ? [measure] : [];
  });
}

function toMeasure(
  action: Pick<Action, 'kind' | 'sentence' | 'detail'> & Partial<Action>,
  verdict: Verdict,
  facts: IncidentFacts,
): MeasureDraft | null {
  const { doneAt = null, kind, sentence } = action;
  const detail = action.detail ?? null;
  const evidence = [...verdict.evidence.slice(0, EVIDENCE_MAX)];
  const draft = (check: CheckSpec | null, given: Partial<MeasureDraft> = {}): MeasureDraft => ({
    ...{
      key: keyOf(kind, detail ?? sentence),
      kind: 'corrective',
      sentence,
      detail,
      evidence,
      check,
      isOwn: false,
      doneAt,
    },
    ...given,
  });
  switch (kind) {
    case 'create_index':
      return draft(detail === null ? null : { kind: 'index', sql: detail });
    case 'end_session':
      return endSession(draft, verdict, detail);
    case 'fix_code':
      return draft(notAgain(verdict, facts));
    case 'switch_rule': {
      const ruleId = ruleFor(verdict, action);
      return draft(ruleId === null ? null : { kind: 'rule', ruleId }, { kind: 'preventive' });
    }
    case 'cap_statement':
      return doneAt === null || !verdict.statement ? null : liftCap(draft, verdict.statement.name);
    default:
      return null;
  }
}

type Draft = (check: CheckSpec | null, given?: Partial<MeasureDraft>) => MeasureDraft;

/** What a session did that was in the way is told of its holder; the pid alone would tell a stranger nothing. */
function endSession(draft: Draft, { holder, namedAt }: Verdict, detail: string | null): MeasureDraft {
  const pid = Number(detail);
  const check = Number.isInteger(pid) && pid > 0 ? ({ kind: 'session', pid, seenAt: namedAt } as const) : null;
  return draft(check, {
    evidence:
      holder && holder.pid === pid
        ? [`Pid ${pid} was ${holder.state} for ${spanWords(holder.forMs)} when it was named.`]
        : [],
    detail: check ? endSql(pid, namedAt) : null,
  });
}

/** A pid is given to somebody else in time: only the session that was there then is ended. */
function endSql(pid: number, namedAt: string): string {
  return `select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where pid = ${pid} and backend_start < '${namedAt}'`;
}

/** A cap helps for the hour; left in place it refuses people for ever. */
function liftCap(draft: Draft, statement: string): MeasureDraft {
  return draft(
    { kind: 'cap_lifted', statement },
    {
      key: keyOf('lift_cap', statement),
      sentence: 'Lift the cap on the statement once its cause is mended.',
      detail: statement,
      evidence: ['The statement was capped while the incident lasted.'],
      doneAt: null,
    },
  );
}

export function notAgain({ kind, statement }: Verdict, { closedMs, openedMs }: IncidentFacts): CheckSpec {
  const after = new Date(closedMs ?? openedMs).toISOString();
  return { kind: 'not_again', verdictKind: kind, statement: statement?.name ?? null, after };
}

/** Which of the built-in rules the verdict means. */
function ruleFor({ holder, kind }: Verdict, { call = null }: Partial<Action>): string | null {
  const named = call ? /^\/v1\/monitor\/rules\/([\w-]+)$/.exec(call.path)?.[1] : undefined;
  if (named !== undefined) return named;
  if (kind === 'idle_in_transaction') return 'own-idle-in-transaction';
  if (kind === 'ddl_queued') return 'others-queued-definition';
  if (kind === 'lock_held' && holder && !holder.isOurs) return 'others-idle-and-blocking';
  return null;
}
