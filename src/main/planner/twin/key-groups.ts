/**
 * How the rows of an index share its keys: how many keys have one row, two rows, and so on. Of several columns, which are taken for
 * independent, each most common value is paired with each of the others': skewed columns make far fewer different keys than even
 * ones would.
 */

import type { KeySize } from './index-size.ts';

export interface Group {
  /** How many keys have this many rows each. */
  keys: number;
  rowsEach: number;
}

/** Values of about the same frequency: how many, and the share of all rows that each has. */
interface ValueClass {
  values: number;
  share: number;
}

/** Below this many rows a key, how many each has is taken to vary as chance has it. */
const CHANCE_LIMIT = 24;
/** Classes a doubling of frequency: enough for sizes, few enough for any number of columns. */
const STEPS = 4;

/** @param most known of how many different keys there can be, as from a foreign key */
export function groupsOf(keys: readonly KeySize[], rows: number, most = Number.POSITIVE_INFINITY): Group[] {
  const [only] = keys;
  if (keys.length === 1 && only) return groupsOfOne(only, rows);
  const together = classesTogether(keys, rows);
  const found = distinctIn(together, rows);
  const least = Math.max(...keys.map(distinctWithNull));
  if (found > most || found < least) return spread(rows, Math.min(rows, Math.max(least, Math.min(found, most))));
  return together.flatMap(({ values, share }) => chanceGroups(values, share * rows));
}

/** How many different keys there are: at least as many as the most varied column has. */
export function distinctTogether(keys: readonly KeySize[], rows: number, most = Number.POSITIVE_INFINITY): number {
  const each = keys.map(distinctWithNull);
  const found = keys.length === 1 ? (each[0] ?? 1) : distinctIn(classesTogether(keys, rows), rows);
  return Math.min(rows, Math.max(1, ...each, Math.min(found, most)));
}

function distinctWithNull({ distinct, nullFraction }: KeySize): number {
  return Math.max(1, distinct + (nullFraction > 0 ? 1 : 0));
}

function distinctIn(classes: readonly ValueClass[], rows: number): number {
  return classes.reduce((sum, { values, share }) => sum + values * -Math.expm1(-rows * share), 0);
}

function classesTogether(keys: readonly KeySize[], rows: number): ValueClass[] {
  let together: ValueClass[] = [{ values: 1, share: 1 }];
  for (const key of keys) {
    const classes = classesOf(key, rows);
    together = merged(
      together.flatMap((one) =>
        classes.map(({ values, share }) => ({ values: one.values * values, share: one.share * share })),
      ),
    );
  }
  return together;
}

function classesOf({ commonFrequencies = [], distinct, nullFraction }: KeySize, rows: number): ValueClass[] {
  const classes = commonFrequencies.map((share) => ({ values: 1, share }));
  if (nullFraction > 0) classes.push({ values: 1, share: nullFraction });
  const left = 1 - classes.reduce((sum, { share }) => sum + share, 0);
  const values = distinct - commonFrequencies.length;
  if (left > 1e-9 && (values >= 1 || left * rows >= 1)) {
    classes.push({ values: Math.max(1, values), share: left / Math.max(1, values) });
  }
  return merged(classes);
}

/** Those of nearly the same frequency as one. */
function merged(classes: readonly ValueClass[]): ValueClass[] {
  const byStep = new Map<number, { values: number; total: number }>();
  for (const { values, share } of classes) {
    const step = Math.round(STEPS * Math.log2(share));
    const known = byStep.get(step) ?? { values: 0, total: 0 };
    byStep.set(step, { values: known.values + values, total: known.total + values * share });
  }
  return [...byStep.values()].map(({ values, total }) => ({ values, share: total / values }));
}

function groupsOfOne(only: KeySize, rows: number): Group[] {
  const nulls = only.nullFraction * rows;
  const common = (only.commonFrequencies ?? []).map((frequency) => ({ keys: 1, rowsEach: frequency * rows }));
  const commonRows = common.reduce((sum, { rowsEach }) => sum + rowsEach, 0);
  const rest = rows - nulls - commonRows;
  const restKeys = Math.min(rows, distinctWithNull(only)) - common.length - (nulls > 0 ? 1 : 0);
  return [
    ...common,
    ...(nulls >= 1 ? [{ keys: 1, rowsEach: nulls }] : []),
    ...(rest >= 1 ? spread(rest, Math.min(rest, Math.max(1, restKeys))) : []),
  ];
}

/** Few rows a key: as many with one, two, three… as chance gives, those without a row left out. */
function spread(rows: number, distinct: number): Group[] {
  const mean = rows / distinct;
  if (mean > CHANCE_LIMIT || mean <= 1.001) return [{ keys: distinct, rowsEach: mean }];
  const lambda = chanceOf(mean);
  return chanceGroups(distinct / -Math.expm1(-lambda), lambda);
}

/** @param mean of the rows that each of so many keys may have, those with none counted too */
function chanceGroups(keys: number, mean: number): Group[] {
  if (mean > CHANCE_LIMIT) return [{ keys, rowsEach: mean }];
  const groups: Group[] = [];
  let share = mean * Math.exp(-mean);
  for (let count = 1; count < 4 * CHANCE_LIMIT && (share * keys > 1e-6 || count < mean); count++) {
    groups.push({ keys: share * keys, rowsEach: count });
    share *= mean / (count + 1);
  }
  return groups;
}

/** The parameter of a Poisson distribution whose mean is this where nought is left out. */
function chanceOf(mean: number): number {
  let lambda = mean;
  for (let round = 0; round < 30; round++) lambda = mean * (1 - Math.exp(-lambda));
  return lambda;
}
