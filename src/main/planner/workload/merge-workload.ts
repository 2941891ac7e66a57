/**
 * Puts the statements of several sources together. What was written (declared, a collection's, in a file) is the same where its text
 * is, but for white space: two that differ in a constant are two, with two plans. What was counted has lost its constants, and
 * belongs to all that were written in that shape.
 */

import { shapeOf } from '../../database/index.ts';
import type { WorkloadStatement } from './workload.ts';

/** Those that come first keep their name and text; counts of the others are theirs where they have none. */
export function mergeWorkload(...sources: readonly (readonly WorkloadStatement[])[]): WorkloadStatement[] {
  const all = sources.flat();
  const merged = new Map<string, WorkloadStatement>();
  const byShape = new Map<string, string[]>();
  for (const statement of [...all.filter(isWritten), ...all.filter((one) => !isWritten(one))]) {
    const shape = identityOf(statement.text);
    const known = byShape.get(shape) ?? [];
    const same = isWritten(statement) ? known.filter((key) => key === keyOf(statement)) : known;
    for (const key of same) {
      const own = merged.get(key);
      if (own) merged.set(key, join(own, statement, same.length));
    }
    if (same.length > 0) continue;
    merged.set(keyOf(statement), statement);
    byShape.set(shape, [...known, keyOf(statement)]);
  }
  return [...merged.values()];
}

function isWritten({ source }: WorkloadStatement): boolean {
  return source !== 'observed' && source !== 'server';
}

function keyOf({ text }: WorkloadStatement): string {
  return text.replace(/\s+/g, ' ').replace(/;\s*$/, '').trim();
}

/** @param sharers among how many the calls were counted as one */
function join(known: WorkloadStatement, other: WorkloadStatement, sharers: number): WorkloadStatement {
  const because = known.unindexedBecause ?? other.unindexedBecause;
  const origin = known.origin ?? other.origin;
  const calls = other.callsPerDay === null ? null : other.callsPerDay / sharers;
  return {
    ...known,
    callsPerDay: known.callsPerDay ?? calls,
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
