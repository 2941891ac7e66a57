/**
 * Finds the fewest changes that together turn an outcome: by halving, so that one change among two hundred is found in eight
 * questions. Where no single one does it, those that are needed are found one after the other (as QuickXplain does, Junker 2004), each
 * by halving again.
 */

/** Whether the outcome has turned with these changes. It has not with none of them, and it has with all of them. */
export type HasTurned<Change> = (changes: readonly Change[]) => Promise<boolean>;

export async function findCulprits<Change>(
  changes: readonly Change[],
  hasTurned: HasTurned<Change>,
): Promise<Change[]> {
  let needed: Change[] = [];
  let others = [...changes];
  while (!(await hasTurned(needed))) {
    // With the first `high` of the others it has turned, with the first `low` it has not.
    let low = 0;
    let high = others.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (await hasTurned([...needed, ...others.slice(0, middle)])) high = middle;
      else low = middle;
    }
    const culprit = others[high - 1];
    if (culprit === undefined) return needed;
    needed = [...needed, culprit];
    others = others.slice(0, high - 1);
  }
  return withoutSpare(needed, hasTurned);
}

/** What was needed by the way and is not in the end. */
async function withoutSpare<Change>(needed: readonly Change[], hasTurned: HasTurned<Change>): Promise<Change[]> {
  let kept = [...needed];
  for (const one of needed) {
    if (kept.length === 1) break;
    const without = kept.filter((other) => other !== one);
    if (await hasTurned(without)) kept = without;
  }
  return kept;
}

/**
 * The figure at which it turns, to a thousandth of the way or a whole number.
 *
 * @param turnsAt whether it has turned at a figure: not at `from`, and at `to`
 */
export async function findThreshold(
  { from, to }: { from: number; to: number },
  turnsAt: (figure: number) => Promise<boolean>,
): Promise<number> {
  const isWhole = Number.isInteger(from) && Number.isInteger(to);
  const near = isWhole ? Math.max(1, Math.abs(to - from) / 1_000) : Math.abs(to - from) / 1_000;
  let [not, has] = [from, to];
  while (Math.abs(has - not) > near) {
    const middle = isWhole ? Math.round((not + has) / 2) : (not + has) / 2;
    if (middle === not || middle === has) break;
    if (await turnsAt(middle)) has = middle;
    else not = middle;
  }
  return has;
}
