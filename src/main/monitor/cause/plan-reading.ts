/** Reads what EXPLAIN says: the sequential scan that reads many rows to keep few, and what its filter asks for. */

import type { PlanStep } from '../../database/index.ts';

/** A step of `explain (format json, verbose)`, as far as it is read here. */
export interface PlanNode extends PlanStep {
  Schema?: string;
  'Plan Rows'?: number;
  'Total Cost'?: number;
  Filter?: string;
  Plans?: PlanNode[];
}

export interface FilteredScan {
  schema: string;
  relation: string;
  /** As Postgres wrote it, with its constants: to look for columns in, never to show. Nothing where all rows are kept. */
  filter: string | undefined;
  /** How many rows come out of it, by Postgres' estimate. */
  rowsKept: number;
}

/** Every sequential scan of the plan. */
export function readScans(plan: PlanNode): FilteredScan[] {
  const scans = (plan.Plans ?? []).flatMap(readScans);
  const { 'Relation Name': relation, Schema: schema } = plan;
  if (plan['Node Type'] === 'Seq Scan' && relation !== undefined) {
    scans.push({ schema: schema ?? 'public', relation, filter: plan.Filter, rowsKept: plan['Plan Rows'] ?? 0 });
  }
  return scans;
}

export function relationsOf(plan: PlanNode): { schema: string; relation: string }[] {
  const below = (plan.Plans ?? []).flatMap(relationsOf);
  const { 'Relation Name': relation, Schema: schema } = plan;
  return relation === undefined ? below : [...below, { schema: schema ?? 'public', relation }];
}

/** How the columns are asked for, which decides what an index must be like. */
export interface FilterReading {
  /** Those that are compared for equality first: they stand first in an index. */
  columns: string[];
  /** The one that a pattern without a fixed beginning is asked of. */
  pattern: string | undefined;
  /** What is asked of `lower(column)`, or another expression over it, needs an index on that. Constants stand as `?`. */
  expression: string | undefined;
}

/** @param columns what columns the relation has: everything else in the text is a function, a type, an alias */
export function readFilter(filter: string, columns: readonly string[]): FilterReading {
  const text = filter.replace(/'(?:[^']|'')*'/g, "''").replace(/::[a-z_]+(?: [a-z]+)*(?:\[\])?/g, '');
  const known = new Set(columns);
  const found: { name: string; isEqual: boolean }[] = [];
  for (const match of text.matchAll(/"((?:[^"]|"")+)"|([a-z_][a-z0-9_$]*)/gi)) {
    const name = match[1]?.replaceAll('""', '"') ?? match[2] ?? '';
    const after = text.slice(match.index + match[0].length);
    // An alias may have a column's name.
    if (!known.has(name) || after.startsWith('.') || found.some((one) => one.name === name)) continue;
    found.push({ name, isEqual: /^[)\s]*=/.test(after) });
  }
  found.sort((a, b) => Number(b.isEqual) - Number(a.isEqual));
  const pattern = /([a-z_][a-z0-9_$]*)"?\)*\s*(?:~~\*?|~\*?)\s/i.exec(text)?.[1];
  return {
    columns: found.map(({ name }) => name),
    pattern: pattern !== undefined && known.has(pattern) ? pattern : undefined,
    expression: findExpression(text, known),
  };
}

/** The first expression with a function in it that is compared for equality, without aliases and constants. */
function findExpression(text: string, known: ReadonlySet<string>): string | undefined {
  for (const { index } of text.matchAll(/\) = /g)) {
    const from = openingOf(text, index);
    const name = /[a-z_][a-z0-9_.]*$/i.exec(text.slice(0, from))?.[0] ?? '';
    const inner = text.slice(from, index + 1);
    const names = [...inner.matchAll(/[a-z_][a-z0-9_$]*/gi)].map(([word]) => word);
    if (name === '' && !/[a-z]\(/i.test(inner)) continue;
    if (!names.some((word) => known.has(word))) continue;
    return `${name}${inner}`
      .replace(/\b[a-z_][a-z0-9_$]*\.(?=[a-z_"])/gi, '')
      .replace(/''|(?<![\w$])\d+(?:\.\d+)?/g, '?')
      .toLowerCase();
  }
  return undefined;
}

/** Where the parenthesis begins that ends at `closing`. */
function openingOf(text: string, closing: number): number {
  let depth = 0;
  for (let at = closing; at >= 0; at -= 1) {
    if (text[at] === ')') depth += 1;
    else if (text[at] === '(') depth -= 1;
    if (depth === 0) return at;
  }
  return 0;
}

/** A name as it stands in SQL. */
export function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
