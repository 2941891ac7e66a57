/** Puts the statements of several sources together: the same text, however it writes its parameters, is one statement. */

import { shapeOf } from '../../database/index.ts';
import type { WorkloadStatement } from './workload.ts';

/** Those that come first keep their name and text; counts of the others are theirs where they have none. */
export function mergeWorkload(...sources: readonly (readonly WorkloadStatement[])[]): WorkloadStatement[] {
  const byShape = new Map<string, WorkloadStatement>();
  for (const statement of sources.flat()) {
    const shape = identityOf(statement.text);
    const known = byShape.get(shape);
    byShape.set(shape, known ? join(known, statement) : statement);
  }
  return [...byShape.values()];
}

function join(known: WorkloadStatement, other: WorkloadStatement): WorkloadStatement {
  const because = known.unindexedBecause ?? other.unindexedBecause;
  const origin = known.origin ?? other.origin;
  return {
    ...known,
    callsPerDay: known.callsPerDay ?? other.callsPerDay,
    meanMs: known.meanMs ?? other.meanMs,
    ...(because === undefined ? {} : { unindexedBecause: because }),
    ...(origin === undefined ? {} : { origin }),
  };
}

/** Lists of any length are alike, as they are in what was observed. */
function identityOf(text: string): string {
  return shapeOf(text)
    .replace(/;\s*$/, '')
    .replace(/\(\?\+?\)/g, '(?)')
    .replace(/\s*([(),])\s*/g, '$1');
}
