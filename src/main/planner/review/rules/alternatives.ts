/** Conditions joined by OR, of which no one index serves all. */

import type { Node, SelectStmt } from '@pgsql/types';
import { partOf } from '../../workload/sql-tree.ts';
import { armOptions } from '../cures/index-options.ts';
import { type PlanRule, severityOf } from '../finding.ts';
import { ifFaithful } from '../rewrites/sql-text.ts';
import { conjunctsOf } from '../rewrites/tree.ts';
import { unionRewrite } from '../rewrites/union-all.ts';
import { nameOf, wholeOf } from '../subject.ts';
import { rowWords } from '../words.ts';
import { readScans } from './hidden-columns.ts';

export const alternatives: PlanRule = (planned, subject) =>
  readScans(planned, subject).flatMap(({ filter, read, step, use }) => {
    if (!/ OR /.test(filter) || !step.relation || ![...use.equalities, ...use.ranges].some((one) => one.isAlternative))
      return [];
    const whole = wholeOf(step.relation, subject);
    const top = partOf(subject.tree, 'SelectStmt');
    const or = top && topOr(top);
    const rewrite = top && or ? ifFaithful(() => unionRewrite(top, or)) : undefined;
    return [
      {
        kind: 'or_hides_index' as const,
        severity: severityOf(read, subject),
        sentence: `Alternatives joined by OR are held against ${rowWords(read)} of ${nameOf(whole)}: an index serves them only where each of them has one.`,
        relation: whole,
        ...{ planned, step },
        indexes: armOptions(use, whole),
        isJoint: true as const,
        rewrites: rewrite ? [{ ...rewrite, needs: armOptions(use, whole) }] : [],
        advice: { sentence: 'Ask for each of the alternatives by itself, and join the answers by UNION ALL.' },
      },
    ];
  });

function topOr(select: SelectStmt): Node | undefined {
  return conjunctsOf(select.whereClause).find((node) => partOf(node, 'BoolExpr')?.boolop === 'OR_EXPR');
}
