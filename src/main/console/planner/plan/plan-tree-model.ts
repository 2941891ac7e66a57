// A plan as the tree draws it: what each step reads and asks, its part of the cost, and where its rows may be wrong.
import type { ReadNode, ReadPlan } from '../../../client/index.ts';

export interface TreeStep {
  readonly id: number;
  readonly type: string;
  readonly relation: string | null;
  readonly index: string | null;
  /** What is run aside: `InitPlan 1`, `CTE recent`. */
  readonly role: string | null;
  /** What it asks, each by its kind; constants as `…`. */
  readonly conditions: readonly { readonly kind: string; readonly text: string }[];
  readonly rows: number;
  readonly loops: number;
  readonly widthBytes: number;
  readonly workers: number | null;
  /** Its own part of the whole plan's cost, and with all below it, 0 to 1. */
  readonly ownShare: number;
  readonly share: number;
  /** Where its rows may be, or are, far from the estimate. */
  readonly doubt: Doubt | null;
  readonly warnings: readonly string[];
  readonly steps: readonly TreeStep[];
}

export interface Doubt {
  /** How many times too many or too few. */
  readonly factor: number;
  /** Counted, where they have been. */
  readonly realRows: number | null;
  readonly reasons: readonly string[];
}

export interface PlanTreeModel {
  readonly cost: number;
  readonly root: TreeStep;
}

/** An estimate that is less wrong than this is no news. */
const DOUBTED_FROM = 3;

export function treeOf({ cost, root }: ReadPlan): PlanTreeModel {
  return { cost, root: stepOf(root) };
}

function stepOf(node: ReadNode): TreeStep {
  const steps = node.children.map(stepOf);
  return {
    id: node.id,
    type: node.type,
    relation: relationOf(node),
    index: node.index,
    role: node.role,
    conditions: [...node.conditions, ...keysOf('sort', node.sortKeys), ...keysOf('group', node.groupKeys)],
    rows: node.rows,
    loops: node.loops,
    widthBytes: node.widthBytes,
    workers: node.workers,
    ownShare: node.ownShare,
    // Added up, so that the spans of the steps below always fit into that of the step.
    share: steps.reduce((sum, below) => sum + below.share, node.ownShare),
    doubt: doubtOf(node),
    // Those of the estimate are told with the doubt.
    warnings: node.warnings
      .filter(({ kind }) => kind !== 'uncertain' && kind !== 'misestimated')
      .map(({ sentence }) => sentence),
    steps,
  };
}

function relationOf({ relation, schema }: ReadNode): string | null {
  if (relation === null) return null;
  return schema === null || schema === 'public' ? relation : `${schema}.${relation}`;
}

function keysOf(kind: string, keys: readonly string[]) {
  return keys.length > 0 ? [{ kind, text: keys.join(', ') }] : [];
}

function doubtOf({ estimate: { certainty, factor, realRows, reasons } }: ReadNode): Doubt | null {
  return certainty === 'sure' || factor < DOUBTED_FROM ? null : { factor, realRows, reasons };
}
