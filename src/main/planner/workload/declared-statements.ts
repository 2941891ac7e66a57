/** The statements that were declared in this process, as a workload. */

import { listStatements, type Statement } from '../../database/index.ts';
import type { WorkloadStatement } from './workload.ts';

export interface CallFigures {
  callsPerDay: number | null;
  meanMs: number | null;
}

const NOT_COUNTED: CallFigures = { callsPerDay: null, meanMs: null };

/** @param figures what was counted of a statement of that name */
export function declaredStatements(
  figures: (name: string) => CallFigures | undefined = () => undefined,
  statements: readonly Pick<Statement, 'name' | 'text' | 'unindexedBecause'>[] = listStatements(),
): WorkloadStatement[] {
  return statements.map(({ name, text, unindexedBecause }) => ({
    ...{ name, source: 'declared' as const, text: text.trim() },
    ...(figures(name) ?? NOT_COUNTED),
    ...(unindexedBecause === undefined ? {} : { unindexedBecause }),
  }));
}
