/** Lists that are asked for every row, subqueries that are run for every row, and counts of everything. */

import type { SnapshotRelation } from '../../snapshot/snapshot.ts';
import { everyNode, lastName, partOf } from '../../workload/sql-tree.ts';
import { indexOptions } from '../cures/index-options.ts';
import { MANY_ROWS, type PlanRule, type RawFinding, type Rewrite, severityOf } from '../finding.ts';
import { countRewrites, isCount } from '../rewrites/counted.ts';
import { type NotIn, notExistsRewrite, notInOf } from '../rewrites/not-exists.ts';
import { ifFaithful } from '../rewrites/sql-text.ts';
import { nameOf, type PlannedBinding, rowsIn, type Step, type Subject, useOf, wholeOf } from '../subject.ts';
import { countWords, rowWords } from '../words.ts';
import { below } from './joins.ts';
import { rowsRead } from './scans.ts';

/** A short list is held in memory and asked quickly. */
const SHORT_LIST_ROWS = 100;

export const notInLists: PlanRule = (planned, subject) =>
  [...everyNode(subject.tree)].flatMap((node) => {
    const found = notInOf(node);
    const list = found && listBehind(planned);
    if (!found || !list) return [];
    const isHashed = list.parentText.includes('hashed');
    const asked = isHashed ? list.rows : list.rows * list.step.loops;
    if (list.rows < SHORT_LIST_ROWS && asked < MANY_ROWS) return [];
    const { isNullable, relation } = listFacts(found, list.step, subject);
    const rewrite = ifFaithful(() => notExistsRewrite(subject.tree, found, isNullable));
    return [
      {
        kind: 'not_in_subquery' as const,
        severity: isHashed ? ('note' as const) : severityOf(asked, subject),
        sentence: isHashed
          ? `NOT IN holds a list of ${rowWords(list.rows)} in memory: once it is too long for that, it is read again for every row.`
          : `NOT IN reads its list of ${rowWords(list.rows)} again for every row, ${countWords(list.step.loops)} times.`,
        ...{ relation, planned, step: list.step },
        rewrites: rewrite ? [rewrite] : [],
        prefersRewrite: true as const,
        advice: { sentence: 'Ask by NOT EXISTS, which Postgres can answer by a join.' },
      },
    ];
  });

interface List {
  step: Step;
  rows: number;
  parentText: string;
}

function listBehind({ steps }: PlannedBinding): List | undefined {
  const step = steps.find(({ node }) => node['Parent Relationship'] === 'SubPlan');
  if (!step) return undefined;
  const { Filter = '', 'Join Filter': join = '', 'One-Time Filter': once = '' } = step.parent?.node ?? {};
  return { step, rows: step.node['Plan Rows'], parentText: `${Filter} ${join} ${once}` };
}

function listFacts({ query }: NotIn, step: Step, subject: Subject) {
  const scan = below(step).find((one) => one.relation);
  const relation = scan?.relation && wholeOf(scan.relation, subject);
  const value = partOf(query.targetList?.[0], 'ResTarget')?.val;
  const column = lastName(partOf(value, 'ColumnRef')?.fields);
  const isNullable = relation?.columns.find(({ name }) => name === column)?.isNotNull !== true;
  return { relation, isNullable };
}

const MANY_RUNS = 1_000;
/** Of the statement's cost. */
const LARGE_SHARE = 0.3;

/** What is run aside for every row, and makes up much of the cost. */
export const correlatedSubqueries: PlanRule = (planned, subject) =>
  planned.steps.flatMap((step): RawFinding[] => {
    const { node, parent } = step;
    if (node['Parent Relationship'] !== 'SubPlan' || !parent) return [];
    const texts = [parent.node.Filter, parent.node['Join Filter']].join(' ');
    const name = node['Subplan Name'] ?? '';
    const share = step.cost / Math.max(planned.plan.cost, 0.01);
    if (texts.includes(`hashed ${name}`) || step.loops < MANY_RUNS || share < LARGE_SHARE) return [];
    const scan = below(step).find((one) => one.relation);
    const relation = scan?.relation && wholeOf(scan.relation, subject);
    const use = scan && useOf(scan, subject);
    const isScan = scan?.node['Node Type'] === 'Seq Scan';
    const read = scan && isScan ? rowsRead(scan) : step.loops;
    return [
      {
        kind: 'correlated_subquery',
        severity: severityOf(read, subject),
        severityUncured: isScan ? severityOf(read, subject) : 'note',
        sentence: `A subquery${relation ? ` of ${nameOf(relation)}` : ''} is run for every row, ${countWords(step.loops)} times${isScan && scan?.relation ? `, and each time reads ${rowWords(rowsIn(scan.relation))}` : ''}.`,
        ...{ relation, planned, step },
        about: name,
        indexes: relation && use ? indexOptions(use, relation, subject) : [],
        advice: { sentence: 'Group what the subquery asks for once, and join it, or ask for fewer rows around it.' },
      },
    ];
  });

/** Of the table, what a count reads. */
const MOST = 0.5;

export const countsOfAll: PlanRule = (planned, subject) => {
  const select = partOf(subject.tree, 'SelectStmt');
  if (!select || !isCount(select)) return [];
  const step = planned.steps.find(({ relation }) => relation);
  if (!step?.relation) return [];
  const relation = wholeOf(step.relation, subject);
  const counted = step.node['Plan Rows'] * step.workers;
  if (counted < MANY_ROWS * 10 || counted < rowsIn(step.relation) * MOST) return [];
  return [
    countFinding(relation, {
      counted,
      planned,
      step,
      subject,
      rewrites: ifFaithful(() => countRewrites(select, relation)) ?? [],
    }),
  ];
};

interface Counting {
  counted: number;
  planned: PlannedBinding;
  step: Step;
  subject: Subject;
  rewrites: Rewrite[];
}

function countFinding(relation: SnapshotRelation, { counted, planned, rewrites, step, subject }: Counting): RawFinding {
  return {
    kind: 'count_of_all',
    severity: severityOf(counted, subject),
    sentence: `It counts ${rowWords(counted)} of ${nameOf(relation)} one by one, every time.`,
    relation,
    ...{ planned, step, rewrites },
    prefersRewrite: true,
    advice: { sentence: 'Keep the figure as rows are written, or say about how many there are.' },
  };
}
