/** Lists without an end, and pages that are found by counting what comes before them. */

import type { SelectStmt } from '@pgsql/types';
import type { SnapshotRelation } from '../../snapshot/snapshot.ts';
import { partOf } from '../../workload/sql-tree.ts';
import type { TableUse } from '../../workload/workload.ts';
import { LARGE_BLOCKS, MANY_ROWS, type PlanRule, type RawFinding } from '../finding.ts';
import { keysetRewrite, limitRewrite } from '../rewrites/keyset.ts';
import { ifFaithful } from '../rewrites/sql-text.ts';
import { hasAggregate } from '../rewrites/tree.ts';
import type { Severity } from '../schema.ts';
import { nameOf, type PlannedBinding, rowsIn, type Step, type Subject, useOf, wholeOf } from '../subject.ts';
import { rowWords } from '../words.ts';

const LONG_LIST_ROWS = 1_000;
const VERY_LONG_LIST_ROWS = 100_000;
const FULL_PAGE_ROWS = 1_000;

export const pages: PlanRule = (planned, subject) => {
  const select = partOf(subject.tree, 'SelectStmt');
  if (!select || select.valuesLists) return [];
  if (select.limitOffset && partOf(select.limitOffset, 'ParamRef')) return deepOffset(select, planned, subject);
  return select.limitCount ? [] : endlessList(select, planned, subject);
};

interface Source {
  step: Step;
  relation: SnapshotRelation;
  use: TableUse;
}

/** The table that most of the rows come from. */
function sourceOf(planned: PlannedBinding, subject: Subject): Source | undefined {
  const found = planned.steps.flatMap((step): Source[] => {
    const use = useOf(step, subject);
    return step.relation && use ? [{ step, relation: wholeOf(step.relation, subject), use }] : [];
  });
  return found.sort((a, b) => b.step.node['Plan Rows'] - a.step.node['Plan Rows'])[0];
}

function deepOffset(select: SelectStmt, planned: PlannedBinding, subject: Subject): RawFinding[] {
  // The order decides; where it is of no single table, the one that most rows come from.
  const source = sorted(planned, subject) ?? sourceOf(planned, subject);
  const rows = planned.steps.find(({ node }) => node['Node Type'] === 'Limit')?.children[0]?.node['Plan Rows'] ?? 0;
  if (!source || rows < FULL_PAGE_ROWS) return [];
  const { params } = planned.binding;
  const rewrite = ifFaithful(() => keysetRewrite({ select, use: source.use, relation: source.relation, params }));
  const isLong = rows >= MANY_ROWS;
  return [
    {
      kind: 'deep_offset',
      severity: isLong ? 'concern' : 'note',
      sentence: `A page is found by reading all that come before it: the last of ${rowWords(rows)} of ${nameOf(source.relation)} costs as much as all of them.`,
      relation: source.relation,
      ...{ planned, step: planned.steps[0] },
      rewrites: rewrite ? [rewrite] : [],
      prefersRewrite: true,
      advice: { sentence: 'Hand on the last row’s place in the order, and go on behind it, rather than count rows.' },
    },
  ];
}

function sorted(planned: PlannedBinding, subject: Subject): Source | undefined {
  const use = subject.prepared.shape.uses.find(({ sort }) => sort.length > 0);
  const step = use && planned.steps.find((one) => useOf(one, subject) === use);
  return use && step?.relation ? { step, use, relation: wholeOf(step.relation, subject) } : undefined;
}

function endlessList(select: SelectStmt, planned: PlannedBinding, subject: Subject): RawFinding[] {
  const { rows } = planned.plan;
  const isOneRow = !select.groupClause && (select.targetList ?? []).some((target) => hasAggregate(target));
  const source = sourceOf(planned, subject);
  if (rows < LONG_LIST_ROWS || isOneRow || !source) return [];
  // Postgres guesses a thousand rows where it knows nothing of a table or of a function.
  if (source.relation.size.blocks < LARGE_BLOCKS && rowsIn(source.relation) < MANY_ROWS) return [];
  const severity: Severity = rows >= VERY_LONG_LIST_ROWS ? 'concern' : 'note';
  const canPage = (select.op ?? 'SETOP_NONE') === 'SETOP_NONE' && !select.groupClause && !select.distinctClause;
  const { params } = planned.binding;
  const page = canPage ? ifFaithful(() => limitRewrite(select, params, source.relation)) : undefined;
  return [
    {
      kind: 'missing_limit',
      severity,
      sentence: `It has no limit, and hands over ${rowWords(rows)}: more with every row that is added.`,
      relation: source.relation,
      ...{ planned, step: planned.steps[0] },
      rewrites: page ? [page] : [],
      prefersRewrite: true,
      advice: { sentence: 'Ask for a page, and go on behind its last row.' },
    },
  ];
}
