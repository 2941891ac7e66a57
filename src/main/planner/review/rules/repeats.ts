/** One statement many times in one request: what the ledger saw, since no plan shows it. */

import { partOf } from '../../workload/sql-tree.ts';
import type { RawFinding, Rewrite } from '../finding.ts';
import { anyOfRewrite } from '../rewrites/any-of.ts';
import { ifFaithful } from '../rewrites/sql-text.ts';
import type { PlannedBinding, Subject } from '../subject.ts';
import { countWords } from '../words.ts';

/** How often one request ran a statement, counted over many requests of a route. */
export interface RepeatedStatement {
  statement: string;
  route: string;
  /** Requests that ran it more than a few times. */
  requests: number;
  /** In the one that ran it most. */
  most: number;
  /** In those requests, on average. */
  mean: number;
}

const FEW_CALLS = 5;
const MANY_CALLS = 20;

export function repeatedCalls(
  planned: PlannedBinding,
  subject: Subject,
  repeats: readonly RepeatedStatement[],
): RawFinding[] {
  const { statement, types } = subject.prepared;
  const [worst] = repeats
    .filter((one) => one.statement === statement.name && one.mean >= FEW_CALLS)
    .sort((a, b) => b.mean * b.requests - a.mean * a.requests);
  if (!worst) return [];
  const select = partOf(subject.tree, 'SelectStmt');
  const { tree } = subject;
  const { params } = planned.binding;
  const rewrite = select
    ? ifFaithful(() => anyOfRewrite({ tree, select, types, params, calls: Math.round(worst.mean) }))
    : undefined;
  const rewrites: Rewrite[] = rewrite ? [rewrite] : [];
  return [
    {
      kind: 'repeated_statement',
      severity: worst.mean >= MANY_CALLS ? 'severe' : 'concern',
      sentence: `A request of ${worst.route} runs it ${countWords(worst.mean)} times (${countWords(worst.most)} at most), and waits for each answer before the next.`,
      relation: undefined,
      ...{ planned, step: undefined, rewrites },
      prefersRewrite: true,
      advice: { sentence: 'Ask once, for all that the request needs.' },
    },
  ];
}
