// A plan as lines to draw: how deep each step stands, which lines lead past it, and its part of the cost as a span on one scale.
import type { PlanTreeModel, TreeStep } from './plan-tree-model.ts';

export interface PlanRow {
  readonly step: TreeStep;
  readonly depth: number;
  readonly parentId: number | null;
  /** For each step between the root and this one: whether a line goes on past this row, to a later sibling of that step. */
  readonly rails: readonly boolean[];
  readonly isLast: boolean;
  /** Shares of the scale: where it begins, how far it reaches with all below it, and its own part, which comes last. */
  readonly start: number;
  readonly span: number;
  readonly own: number;
}

/**
 * @param scaleCost what the whole width stands for, so that two plans can be laid beside each other; the plan's own cost where
 *   left out
 */
export function planRows({ cost, root }: PlanTreeModel, scaleCost = cost): PlanRow[] {
  const scale = scaleCost > 0 ? cost / scaleCost : 0;
  const rows: PlanRow[] = [];
  const add = (step: TreeStep, at: Omit<PlanRow, 'step' | 'span' | 'own'>) => {
    rows.push({ step, ...at, span: step.share * scale, own: step.ownShare * scale });
    const rails = at.parentId === null ? [] : [...at.rails, !at.isLast];
    let start = at.start;
    for (const [index, below] of step.steps.entries()) {
      const isLast = index === step.steps.length - 1;
      add(below, { parentId: step.id, depth: at.depth + 1, rails, isLast, start });
      start += below.share * scale;
    }
  };
  add(root, { parentId: null, depth: 0, rails: [], isLast: true, start: 0 });
  return rows;
}

/** Without what stands below a closed step. */
export function openRows(rows: readonly PlanRow[], closed: ReadonlySet<number>): PlanRow[] {
  const hidden = new Set<number>();
  return rows.filter((row) => {
    const isHidden = row.parentId !== null && (closed.has(row.parentId) || hidden.has(row.parentId));
    if (isHidden) hidden.add(row.step.id);
    return !isHidden;
  });
}

export type TreeMove = { readonly focus: number } | { readonly open: number } | { readonly close: number } | null;

/** What an arrow key does in a tree: up, down, to the ends, into a step and out of it. */
export function moveInTree(
  rows: readonly PlanRow[],
  press: { readonly key: string; readonly at: number; readonly closed: ReadonlySet<number> },
): TreeMove {
  const index = rows.findIndex(({ step }) => step.id === press.at);
  const row = rows[index];
  if (!row) return null;
  const focus = (to: PlanRow | undefined): TreeMove => (to ? { focus: to.step.id } : null);
  const isClosed = press.closed.has(press.at);
  const hasSteps = row.step.steps.length > 0;
  if (press.key === 'ArrowDown') return focus(rows[index + 1]);
  if (press.key === 'ArrowUp') return focus(rows[index - 1]);
  if (press.key === 'Home') return focus(rows[0]);
  if (press.key === 'End') return focus(rows.at(-1));
  if (press.key === 'ArrowRight') {
    if (hasSteps && isClosed) return { open: press.at };
    return hasSteps ? focus(rows[index + 1]) : null;
  }
  if (press.key !== 'ArrowLeft') return null;
  if (hasSteps && !isClosed) return { close: press.at };
  return row.parentId === null ? null : { focus: row.parentId };
}
