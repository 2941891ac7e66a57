/** What steps of a plan need in memory, by the same sums as the planner's own, and what they are allowed. */

import type { PlanNode } from './plan.ts';

const KIBIBYTE = 1_024;
const unitBytes: Record<string, number> = {
  B: 1,
  kB: KIBIBYTE,
  MB: KIBIBYTE ** 2,
  GB: KIBIBYTE ** 3,
  TB: KIBIBYTE ** 4,
};

/**
 * Bytes of a setting as `current_setting` writes it: `4MB`.
 *
 * @param bareUnitBytes what a number without a unit counts in
 */
export function settingBytes(text: string | undefined, bareUnitBytes: number): number | undefined {
  const [, figure, unit = ''] = /^\s*(-?\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(text ?? '') ?? [];
  if (figure === undefined) return undefined;
  const bytes = unit === '' ? bareUnitBytes : unitBytes[unit];
  return bytes === undefined ? undefined : Number(figure) * bytes;
}

const WORK_MEM_DEFAULT_BYTES = 4 * KIBIBYTE ** 2;

export function workMemBytes(settings: Readonly<Record<string, string>>): number {
  return settingBytes(settings.work_mem, KIBIBYTE) ?? WORK_MEM_DEFAULT_BYTES;
}

/** Since Postgres 15 a hash may take twice what a sort may; before, as much. */
export function hashMemBytes(settings: Readonly<Record<string, string>>, versionNumber: number): number {
  const multiplier = Number(settings.hash_mem_multiplier ?? (versionNumber >= 150_000 ? 2 : 1));
  return workMemBytes(settings) * (Number.isFinite(multiplier) && multiplier > 0 ? multiplier : 1);
}

const aligned = (bytes: number) => Math.ceil(bytes / 8) * 8;
const TUPLE_HEADER_BYTES = 24;
const HASH_TUPLE_BYTES = 32;
/** What a group needs besides its keys and states. */
const GROUP_BYTES = 64;

export interface MemoryNeed {
  kind: 'sort' | 'hash' | 'aggregate';
  bytes: number;
}

/**
 * What a step has to hold at once. Nothing for steps that hold no rows, and for a sort that keeps the first few only.
 *
 * @param limit the rows that the step above takes, where it is a LIMIT
 */
export function memoryNeed(node: PlanNode, limit?: number): MemoryNeed | undefined {
  const below = node.Plans?.[0];
  const rows = below?.['Plan Rows'] ?? node['Plan Rows'];
  const width = below?.['Plan Width'] ?? node['Plan Width'];
  switch (node['Node Type']) {
    case 'Sort': {
      const kept = limit !== undefined && limit * 2 < rows ? limit : rows;
      return { kind: 'sort', bytes: kept * (aligned(width) + TUPLE_HEADER_BYTES) };
    }
    case 'Hash':
      return { kind: 'hash', bytes: node['Plan Rows'] * (aligned(node['Plan Width']) + HASH_TUPLE_BYTES) };
    case 'Aggregate':
      if (node.Strategy !== 'Hashed' && node.Strategy !== 'Mixed') return undefined;
      return { kind: 'aggregate', bytes: node['Plan Rows'] * (aligned(node['Plan Width']) + GROUP_BYTES) };
    default:
      return undefined;
  }
}
