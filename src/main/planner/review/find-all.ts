/** All that is wrong with a statement: every rule over every plan, the worst of each kind kept, its cure tried. */

import { readPlan } from '../plans/read-plan.ts';
import type { ReadNode } from '../plans/schema.ts';
import { quoteObject } from '../snapshot/quoting.ts';
import type { Twin } from '../twin/twin.ts';
import { type CureDesk, tryCures } from './cures/try-cures.ts';
import { type PlanRule, type RawFinding, severityOrder } from './finding.ts';
import { alternatives } from './rules/alternatives.ts';
import { hiddenColumns } from './rules/hidden-columns.ts';
import { cartesianJoins, type Doubt, uncertainLoops } from './rules/joins.ts';
import { spills } from './rules/memory.ts';
import { pages } from './rules/paging.ts';
import { type RepeatedStatement, repeatedCalls } from './rules/repeats.ts';
import { type CountMatches, filtersAfterIndex, sequentialScans } from './rules/scans.ts';
import { correlatedSubqueries, countsOfAll, notInLists } from './rules/subqueries.ts';
import type { Finding, FindingKind } from './schema.ts';
import { nameOf, type PlannedBinding, type Subject } from './subject.ts';

const rules: readonly PlanRule[] = [
  sequentialScans,
  spills,
  cartesianJoins,
  hiddenColumns,
  alternatives,
  pages,
  notInLists,
  correlatedSubqueries,
  countsOfAll,
];

/** They say why a table is read whole; that it is need not be said again. */
const REASONS = new Set<FindingKind>([
  'function_hides_index',
  'cast_hides_index',
  'leading_wildcard',
  'or_hides_index',
  'count_of_all',
  'not_in_subquery',
  'correlated_subquery',
]);

/** Postgres does not know how many rows they keep, and takes a half per cent. */
const GUESSED = new Set<FindingKind>(['function_hides_index', 'cast_hides_index', 'leading_wildcard']);

/** What a statement's `unindexedBecause` answers for: that much is read, not how it is asked. */
const UNANSWERED = new Set<FindingKind>([
  'cast_hides_index',
  'function_hides_index',
  'not_in_subquery',
  'cartesian_join',
  'repeated_statement',
]);

export interface FindingDesk extends CureDesk {
  readonly repeats: readonly RepeatedStatement[];
}

/** The worst first. */
export async function findAll(subject: Subject, desk: FindingDesk): Promise<Finding[]> {
  const raw: RawFinding[] = [];
  for (const planned of subject.planned) {
    for (const rule of rules) raw.push(...rule(planned, subject));
    raw.push(...(await filtersAfterIndex(planned, subject, countMatches(desk.twin, planned))));
    raw.push(...(await uncertainLoops(planned, doubtsOf(planned, subject), costWithoutLoops(planned, subject, desk))));
  }
  const [first] = subject.planned;
  if (first) raw.push(...repeatedCalls(first, subject, desk.repeats));
  const findings: Finding[] = [];
  for (const one of withoutConsequences(worstOfEach(raw))) {
    const finding = await toFinding(one, subject, desk);
    if (finding) findings.push(finding);
  }
  const rank = ({ kind, severity }: Finding) => severityOrder.indexOf(severity) * 2 + (REASONS.has(kind) ? 0 : 1);
  return withoutRepetition(findings.sort((a, b) => rank(a) - rank(b)));
}

/** Of one kind, table and place the one of the dearest values. */
function worstOfEach(raw: readonly RawFinding[]): RawFinding[] {
  const kept = new Map<string, RawFinding>();
  for (const one of raw) {
    const key = JSON.stringify([one.kind, one.relation && nameOf(one.relation), one.about]);
    const known = kept.get(key);
    if (!known || isWorse(one, known)) kept.set(key, one);
  }
  return [...kept.values()];
}

function isWorse(one: RawFinding, other: RawFinding): boolean {
  const rank = severityOrder.indexOf(one.severity) - severityOrder.indexOf(other.severity);
  return rank < 0 || (rank === 0 && (one.planned?.plan.cost ?? 0) > (other.planned?.plan.cost ?? 0));
}

/** A table that is read whole for a reason; a list that is long by a guess, since a function hides what is asked for. */
function withoutConsequences(raw: readonly RawFinding[]): RawFinding[] {
  const reasons = raw.filter(({ kind }) => REASONS.has(kind));
  const isEndless = raw.some(({ kind }) => kind === 'missing_limit');
  const hasNotIn = raw.some(({ kind }) => kind === 'not_in_subquery');
  return raw.filter(({ kind, relation, step }) => {
    if (kind === 'missing_limit') return !reasons.some((one) => GUESSED.has(one.kind));
    if (kind === 'correlated_subquery') return !hasNotIn;
    if (kind !== 'sequential_scan') return true;
    if (reasons.some((one) => one.relation === relation)) return false;
    return !(isEndless && step?.node.Filter === undefined);
  });
}

/** What one index cures is said once, by what says most. */
function withoutRepetition(findings: readonly Finding[]): Finding[] {
  return findings.filter((one) => {
    const same = findings.find((other) => other.cure.kind === 'index' && other.cure.sql === one.cure.sql);
    if (one.cure.kind !== 'index' || same === undefined || same === one) return true;
    return REASONS.has(one.kind);
  });
}

async function toFinding(raw: RawFinding, subject: Subject, desk: FindingDesk): Promise<Finding | undefined> {
  const cure = await tryCures(raw, subject, desk);
  const severity = cure.isVerified || raw.severityUncured === undefined ? raw.severity : raw.severityUncured;
  if (severity === null) return undefined;
  const { unindexedBecause } = subject.prepared.statement;
  return {
    kind: raw.kind,
    severity,
    sentence: raw.sentence,
    relation: raw.relation ? nameOf(raw.relation) : null,
    binding: raw.planned?.binding.kind ?? null,
    nodeId: raw.step?.id ?? null,
    cure,
    justification: UNANSWERED.has(raw.kind) ? null : (unindexedBecause ?? null),
  };
}

/** Asks the planner how many rows an index condition finds, before what is filtered afterwards. */
function countMatches(twin: Twin, { binding }: PlannedBinding): CountMatches {
  return async ({ node, relation }) => {
    const condition = node['Index Cond'];
    if (!relation || condition === undefined) return undefined;
    const alias = `"${(node.Alias ?? relation.name).replaceAll('"', '""')}"`;
    const text = `select from ${quoteObject(relation)} as ${alias} where ${condition}`;
    try {
      const isGeneric = binding.params.length === 0 || /\$\d/.test(condition);
      return (await twin.explain(text, isGeneric ? {} : { params: [] })).rows;
    } catch {
      // It names another table: what is looked up depends on a row of that.
      return undefined;
    }
  };
}

function doubtsOf({ plan }: PlannedBinding, { snapshot }: Subject): Doubt {
  const nodes = new Map<number, ReadNode>();
  const add = (node: ReadNode) => {
    nodes.set(node.id, node);
    node.children.forEach(add);
  };
  let isRead = false;
  return (stepId) => {
    if (!isRead) add(readPlan(plan, { snapshot }).root);
    isRead = true;
    const estimate = nodes.get(stepId)?.estimate;
    return estimate?.certainty === 'uncertain' ? estimate : undefined;
  };
}

function costWithoutLoops({ binding }: PlannedBinding, { prepared }: Subject, { twin }: CureDesk) {
  return async () => {
    const settings = { enable_nestloop: 'off' };
    try {
      const options = binding.params.length > 0 ? { params: binding.params, settings } : { settings };
      return (await twin.explain(prepared.statement.text, options)).cost;
    } catch {
      return undefined;
    }
  };
}
