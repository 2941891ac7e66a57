/** Names for advised indexes, and plans that show them by these and not as the twin calls them. */

import type { Plan, PlanNode } from '../plans/plan.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Candidate } from './candidate.ts';
import { proposeName } from './index-identity.ts';

export type CandidateNames = ReadonlyMap<Candidate, string>;

export function nameCandidates(candidates: readonly Candidate[], snapshot: Snapshot): CandidateNames {
  const key = (schema: string, name: string) => JSON.stringify([schema, name]);
  const taken = new Set([...snapshot.indexes, ...snapshot.relations].map((one) => key(one.schema, one.name)));
  const names = new Map<Candidate, string>();
  for (const candidate of candidates) {
    const { name: table, schema } = candidate.table.relation;
    const name = proposeName(candidate.definition, table, (one) => taken.has(key(schema, one)));
    taken.add(key(schema, name));
    names.set(candidate, name);
  }
  return names;
}

export function withProposedNames(plan: Plan, names: CandidateNames): Plan {
  const byTrial = new Map(
    [...names].flatMap(([{ trials }, name]) => trials.map((trial) => [trial.name, name] as const)),
  );
  const rename = (node: PlanNode): PlanNode => {
    const name = byTrial.get(node['Index Name'] ?? '');
    return {
      ...node,
      ...(name === undefined ? {} : { 'Index Name': name }),
      ...(node.Plans ? { Plans: node.Plans.map(rename) } : {}),
    };
  };
  return { ...plan, root: rename(plan.root) };
}
