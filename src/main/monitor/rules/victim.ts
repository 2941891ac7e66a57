/**
 * Of all who may be ended, the one that is: where most is gained. Among those who do about the same damage, the one whose end
 * costs least: it only reads, its statement is its whole transaction, nobody waits on the other side for its answer.
 */

import type { RuleDefinition } from './rule.ts';
import type { SeenSession } from './seen-session.ts';

export interface Candidate {
  readonly rule: RuleDefinition;
  readonly seen: SeenSession;
}

/** @param usualMs what a statement of this name takes in calm; 0 where that is not known */
export function chooseVictim<One extends Candidate>(
  candidates: readonly One[],
  usualMs: (statement: string) => number = () => 0,
): One | undefined {
  const ranked = candidates.map((candidate) => {
    const damage = damageOf(candidate.seen, usualMs);
    return { candidate, damage, magnitude: Math.floor(Math.log2(1 + damage)), ease: easeOf(candidate.seen) };
  });
  ranked.sort(
    (a, b) =>
      b.magnitude - a.magnitude ||
      b.ease - a.ease ||
      b.damage - a.damage ||
      b.candidate.seen.ageMs - a.candidate.seen.ageMs ||
      a.candidate.seen.pid - b.candidate.seen.pid,
  );
  return ranked[0]?.candidate;
}

/** What those suffer who wait for it, and the seconds for which it has held a connection beyond its usual time. */
export function damageOf(seen: SeenSession, usualMs: (statement: string) => number): number {
  return seen.weight + Math.max(0, seen.ageMs - usualMs(seen.statement)) / 1000;
}

function easeOf({ isAutocommit, isReadOnly, lane }: SeenSession): number {
  return Number(isReadOnly) + Number(isAutocommit) + Number(lane === 'bulk' || lane === 'background');
}
