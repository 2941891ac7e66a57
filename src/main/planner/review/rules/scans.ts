/** Whole tables read for a few rows, and rows that an index brings only to be thrown away. */

import { indexOptions } from '../cures/index-options.ts';
import { LARGE_BLOCKS, MANY_ROWS, type PlanRule, type RawFinding, severityOf } from '../finding.ts';
import { nameOf, type PlannedBinding, rowsIn, rowsOut, type Step, type Subject, useOf, wholeOf } from '../subject.ts';
import { rowWords } from '../words.ts';

/** More of the table than that is asked for: no index would read it faster. */
const FEW = 0.1;
/** Nearly all of it. */
const MOST = 0.9;

export const sequentialScans: PlanRule = (planned, subject) =>
  planned.steps
    .filter(({ node }) => node['Node Type'] === 'Seq Scan')
    .flatMap((step) => lookAtScan(step, planned, subject));

/** Of each run, and only as far as a LIMIT above lets it. */
export function rowsRead(step: Step): number {
  return step.relation ? rowsIn(step.relation) * step.part * step.loops : 0;
}

function lookAtScan(step: Step, planned: PlannedBinding, subject: Subject): RawFinding[] {
  const { relation } = step;
  if (!relation) return [];
  const read = rowsRead(step);
  if (relation.size.blocks * step.part * step.loops < LARGE_BLOCKS && read < MANY_ROWS) return [];
  const kept = rowsOut(step) * step.part * step.loops;
  const isFew = kept < read * FEW;
  const whole = wholeOf(relation, subject);
  const use = useOf(step, subject);
  return [
    {
      kind: 'sequential_scan',
      severity: severityOf(read, subject),
      // All of it, or much of it: only an index that spares it shows that it need not be read.
      severityUncured: isFew ? severityOf(read, subject) : 'note',
      sentence: scanSentence(step, { name: nameOf(whole), read, kept }),
      relation: whole,
      ...{ planned, step },
      indexes: use ? indexOptions(use, whole, subject) : [],
      advice: {
        sentence: isFew
          ? 'No index that was tried serves it: ask for less, or by something that can be looked up.'
          : 'It asks for much of the table: ask for less of it, or for a figure that is kept as rows are written.',
      },
    },
  ];
}

function scanSentence(step: Step, { kept, name, read }: { name: string; read: number; kept: number }): string {
  const once = step.loops > 1.5 ? `, ${rowWords(read / step.loops)} at a time,` : '';
  if (kept > read * MOST && step.part > MOST) return `It reads all of ${name}${once}: ${rowWords(read)}.`;
  const some = step.part < MOST ? 'some' : 'all';
  return `It reads ${some} ${rowWords(read)} of ${name}${once} to keep ${rowWords(kept)}.`.replace(
    'all 1 row',
    '1 row',
  );
}

/** That many times more than are kept. */
const WASTE = 10;
const WASTED_ROWS = 2_000;

/** Asks the planner how many rows a condition finds. */
export type CountMatches = (step: Step) => Promise<number | undefined>;

const INDEX_SCANS = new Set(['Index Scan', 'Index Only Scan', 'Bitmap Heap Scan']);

export async function filtersAfterIndex(
  planned: PlannedBinding,
  subject: Subject,
  countMatches: CountMatches,
): Promise<RawFinding[]> {
  const found: RawFinding[] = [];
  for (const step of planned.steps) {
    const { node, relation } = step;
    if (!relation || node.Filter === undefined || !INDEX_SCANS.has(node['Node Type'])) continue;
    if (rowsIn(relation) < WASTED_ROWS) continue;
    const matches = await matchesOf(step, countMatches, subject);
    if (matches === undefined) continue;
    const read = matches * step.part * step.loops;
    const kept = rowsOut(step) * step.part * step.loops;
    if (read < WASTED_ROWS || read < Math.max(kept, 1) * WASTE) continue;
    found.push(wasteFinding(step, { read, kept }, planned, subject));
  }
  return found;
}

async function matchesOf(step: Step, countMatches: CountMatches, { snapshot }: Subject): Promise<number | undefined> {
  const [below] = step.children;
  const { node, relation } = step;
  if (node['Node Type'] === 'Bitmap Heap Scan') return below ? rowsOut(below) : undefined;
  if (node['Index Cond'] !== undefined) return countMatches(step);
  // All of the index: of a partial one, what it holds.
  const index = snapshot.indexes.find(({ name, schema }) => name === node['Index Name'] && schema === relation?.schema);
  return index ? Math.max(index.size.tuples, 0) : relation && rowsIn(relation);
}

function wasteFinding(
  step: Step,
  { kept, read }: { read: number; kept: number },
  planned: PlannedBinding,
  subject: Subject,
): RawFinding {
  const whole = wholeOf(step.relation as NonNullable<Step['relation']>, subject);
  const use = useOf(step, subject);
  const index = step.node['Index Name'] ?? step.children[0]?.node['Index Name'];
  const by = index === undefined ? 'an index' : index;
  return {
    kind: 'filter_after_index',
    severity: severityOf(read, subject),
    sentence: `It reads ${rowWords(read)} of ${nameOf(whole)} by ${by} and throws all but ${rowWords(kept)} away.`,
    relation: whole,
    ...{ planned, step },
    indexes: use ? indexOptions(use, whole, subject) : [],
    advice: { sentence: 'No index that was tried finds only what is kept: ask by columns that one index can hold.' },
  };
}
