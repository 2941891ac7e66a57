/** What is true of a plan as a whole: whether a step of it spills, how many workers it starts. */

import type { Snapshot } from '../snapshot/snapshot.ts';
import { hashMemBytes, memoryNeed, workMemBytes } from './memory.ts';
import type { PlanNode } from './plan.ts';

export interface PlanTraits {
  spills: boolean;
  /** The most that one step needs at once. */
  memoryBytes: number;
  workers: number;
}

export function planTraits(root: PlanNode, { server, settings }: Pick<Snapshot, 'server' | 'settings'>): PlanTraits {
  const sortMem = workMemBytes(settings);
  const hashMem = hashMemBytes(settings, server.versionNumber);
  const traits: PlanTraits = { spills: false, memoryBytes: 0, workers: 0 };
  const walk = (node: PlanNode, parent: PlanNode | undefined) => {
    const need = memoryNeed(node, parent?.['Node Type'] === 'Limit' ? parent['Plan Rows'] : undefined);
    if (need) {
      traits.memoryBytes = Math.max(traits.memoryBytes, need.bytes);
      if (need.bytes > (need.kind === 'sort' ? sortMem : hashMem)) traits.spills = true;
    }
    traits.workers += node['Workers Planned'] ?? 0;
    for (const child of node.Plans ?? []) walk(child, node);
  };
  walk(root, undefined);
  return traits;
}
