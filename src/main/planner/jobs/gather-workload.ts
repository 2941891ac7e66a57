/** The statements that are planned: those declared, those that a collection's API can lead to, and whatever else was seen. */

import type { PlannerSources } from '../sources.ts';
import { type CallFigures, declaredStatements } from '../workload/declared-statements.ts';
import { mergeWorkload } from '../workload/merge-workload.ts';
import { observedStatements } from '../workload/observed-statements.ts';
import type { WorkloadStatement } from '../workload/workload.ts';

const DAY_MS = 86_400_000;
/** The heaviest of those that nobody declared: more would say nothing new. */
const OBSERVED_MAX = 500;

/** With the calls of the last day. */
export async function gatherWorkload(
  { collectionStatements, statementsBetween }: Pick<PlannerSources, 'collectionStatements' | 'statementsBetween'>,
  nowMs: number,
): Promise<WorkloadStatement[]> {
  const seen = await statementsBetween(nowMs - DAY_MS, nowMs);
  const figures = new Map<string, CallFigures>(
    seen.map(({ calls, statement, totalMs }) => [
      statement,
      { callsPerDay: calls, meanMs: calls > 0 ? totalMs / calls : null },
    ]),
  );
  const figuresOf = (name: string) => figures.get(name) ?? { callsPerDay: null, meanMs: null };
  const declared = declaredStatements((name) => figures.get(name));
  const isDeclared = new Set(declared.map(({ name }) => name));
  const ofCollections = (await collectionStatements()).map(({ name, route, text }): WorkloadStatement => {
    isDeclared.add(name);
    return { name, source: 'collection', text: text.trim(), origin: route, ...figuresOf(name) };
  });
  const others = [...seen]
    .filter(({ statement }) => !isDeclared.has(statement))
    .sort((a, b) => b.totalMs - a.totalMs)
    .slice(0, OBSERVED_MAX)
    .map(({ statement, text }) => ({ name: statement, text, ...figuresOf(statement) }));
  return mergeWorkload(ofCollections, declared, observedStatements(others));
}
