// Shares of a whole that were computed one by one: together they may not be more than it.

/** @returns each share as it can be drawn, and what is left */
export function cutParts(shares: readonly number[]): { readonly parts: readonly number[]; readonly rest: number } {
  const known = shares.map((share) => (Number.isFinite(share) ? Math.max(0, share) : 0));
  const sum = known.reduce((total, share) => total + share, 0);
  const scale = sum > 1 ? 1 / sum : 1;
  return { parts: known.map((share) => share * scale), rest: Math.max(0, 1 - sum * scale) };
}
