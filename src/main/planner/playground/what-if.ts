/** Plans a statement in the twin as it is, and once more with indexes that are not there, or without some that are. */

import { readPlan } from '../plans/read-plan.ts';
import type { NewWhatIf } from '../route-schemas.ts';
import type { ReadNode, TriedIndex, WhatIf } from '../schema.ts';
import { groupGaps } from '../snapshot/gap-groups.ts';
import type { TrialIndex, Twin } from '../twin/twin.ts';
import { readIndex } from './read-index.ts';

/** Planner costs this close are the same. */
const SAME = 0.01;

/** @throws AppError statement_not_planned, index_not_understood */
export async function whatIf(twin: Twin, { hidden = [], indexes = [], params, text }: NewWhatIf): Promise<WhatIf> {
  const { engine, gaps, snapshot } = twin;
  const definitions = await Promise.all(indexes.map((sql) => readIndex(sql, snapshot)));
  const options = params && params.length > 0 ? { params } : {};
  await twin.configure({ trial: [], hidden: [] });
  const parameterTypes = await twin.parameterTypes(text);
  const before = readPlan(await twin.explain(text, options), { snapshot, showValues: true });
  const trial = await twin.addIndexes(definitions);
  const isOther = trial.length > 0 || hidden.length > 0;
  await twin.configure({ trial: trial.map(({ name }) => name), hidden });
  try {
    const after = isOther ? readPlan(await twin.explain(text, options), { snapshot, showValues: true }) : null;
    const tried = trial.map((index, place) => toTried(index, indexes[place] ?? '', after?.root));
    return {
      ...{ takenAt: snapshot.takenAt, engine: `Postgres ${engine.version} (${engine.kind})`, parameterTypes },
      isGeneric: !options.params && parameterTypes.length > 0,
      ...{ plan: before, planWith: after },
      timesCheaper: after && before.cost / Math.max(after.cost, Number.MIN_VALUE),
      indexes: tried,
      sentence: tell(before.cost, after?.cost ?? null, tried),
      gaps: groupGaps(gaps),
    };
  } finally {
    await twin.configure({ trial: [], hidden: [] });
  }
}

function toTried({ height, name, sizeBytes }: TrialIndex, sql: string, root: ReadNode | undefined): TriedIndex {
  return { sql, name, sizeBytes, height, isUsed: root !== undefined && uses(root, name) };
}

function uses(node: ReadNode, index: string): boolean {
  return node.index === index || node.children.some((child) => uses(child, index));
}

function tell(before: number, after: number | null, tried: readonly TriedIndex[]): string {
  if (after === null) return `Postgres puts it at ${digits(before)}.`;
  const used = tried.filter(({ isUsed }) => isUsed).length;
  const [low, high] = [before * (1 - SAME), before * (1 + SAME)];
  if (after > high)
    return `It would be ${digits(after / before)} times dearer: ${digits(after)} instead of ${digits(before)}.`;
  if (after >= low)
    return used > 0 ? 'It would cost the same.' : 'It would make no difference: Postgres would not use it.';
  return `It would be ${digits(before / after)} times cheaper: ${digits(after)} instead of ${digits(before)}.`;
}

function digits(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(2)));
}
