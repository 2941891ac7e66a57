/** Columns that stand inside a function, a cast or a sum, so that no index on them is used; and patterns that begin with anything. */

import type { A_Expr, Node } from '@pgsql/types';
import { everyNode, kindOf, lastName, namesOf, partOf, writeExpression } from '../../workload/sql-tree.ts';
import type { ColumnUse, TableUse } from '../../workload/workload.ts';
import { columnOption, keysOption, trigramOption } from '../cures/index-options.ts';
import { MANY_ROWS, type PlanRule, type RawFinding, type Rewrite, severityOf } from '../finding.ts';
import { type BareComparison, bareComparison, castValue } from '../rewrites/bare-column.ts';
import { ifFaithful, writeSql } from '../rewrites/sql-text.ts';
import { replaceNode } from '../rewrites/tree.ts';
import { nameOf, type PlannedBinding, type Step, type Subject, useOf, wholeOf } from '../subject.ts';
import { rowWords } from '../words.ts';
import { rowsRead } from './scans.ts';

interface Scan {
  step: Step;
  use: TableUse;
  filter: string;
  read: number;
}

export const hiddenColumns: PlanRule = (planned, subject) =>
  readScans(planned, subject).flatMap((scan) => [
    ...expressionsOf(scan).flatMap((one) => lookAtExpression(one, scan, planned, subject)),
    ...implicitCasts(scan, planned, subject),
    ...openPatterns(scan, planned, subject),
  ]);

/** Scans that read much and throw some of it away. */
export function readScans(planned: PlannedBinding, subject: Subject): Scan[] {
  return planned.steps.flatMap((step) => {
    const { Filter: filter, 'Node Type': type } = step.node;
    const use = useOf(step, subject);
    const read = rowsRead(step);
    return type === 'Seq Scan' && filter !== undefined && use && read >= MANY_ROWS ? [{ step, use, filter, read }] : [];
  });
}

function expressionsOf({ use }: Scan): (ColumnUse & { expression: string })[] {
  return [...use.equalities, ...use.ranges].flatMap((one) =>
    one.expression === undefined || one.isAlternative ? [] : [{ ...one, expression: one.expression }],
  );
}

interface Comparison {
  node: Node;
  comparison: A_Expr;
  wrapped: 'left' | 'right';
  side: Node;
}

function comparisonsOf(tree: Node, isMeant: (side: Node) => boolean): Comparison[] {
  return [...everyNode(tree)].flatMap((node): Comparison[] => {
    const comparison = partOf(node, 'A_Expr');
    if (!comparison) return [];
    const { lexpr, rexpr } = comparison;
    if (lexpr && isMeant(lexpr)) return [{ node, comparison, wrapped: 'left', side: lexpr }];
    return rexpr && isMeant(rexpr) ? [{ node, comparison, wrapped: 'right', side: rexpr }] : [];
  });
}

function lookAtExpression(
  { column, expression }: ColumnUse & { expression: string },
  scan: Scan,
  planned: PlannedBinding,
  subject: Subject,
): RawFinding[] {
  const { read, step } = scan;
  if (!step.relation) return [];
  const whole = wholeOf(step.relation, subject);
  const [found] = comparisonsOf(subject.tree, (side) => kindOf(side) !== 'ColumnRef' && written(side) === expression);
  const type = whole.columns.find(({ name }) => name === column)?.type;
  const bare =
    found && type !== undefined ? ifFaithful(() => bareComparison(found.comparison, found.wrapped, type)) : undefined;
  const isCast = found !== undefined && kindOf(found.side) === 'TypeCast';
  const name = nameOf(whole);
  return [
    {
      kind: isCast ? 'cast_hides_index' : 'function_hides_index',
      severity: severityOf(read, subject),
      sentence: `It works out ${expression} for ${rowWords(read)} of ${name}: no index on ${column} can be used.`,
      relation: whole,
      ...{ planned, step, about: expression },
      indexes: [keysOption(whole, [{ expression }])],
      ...rewriteOf(found, bare, { column, subject, whole }),
      advice: { sentence: `Compare ${column} itself, and do to the value what is done to it.` },
    },
  ];
}

function rewriteOf(
  found: Comparison | undefined,
  bare: BareComparison | undefined,
  { column, subject, whole }: { column: string; subject: Subject; whole: NonNullable<Step['relation']> },
): Pick<RawFinding, 'rewrites' | 'prefersRewrite'> {
  if (!found || !bare) return {};
  const text = ifFaithful(() => writeSql(replaceNode(subject.tree, found.node, bare.condition)));
  if (text === undefined) return {};
  const rewrite: Rewrite = {
    text,
    sentence: bare.sentence,
    caution: bare.caution,
    needs: [columnOption(whole, column)],
  };
  return { rewrites: [rewrite], prefersRewrite: true };
}

function written(node: Node): string | undefined {
  try {
    return writeExpression(node);
  } catch {
    return undefined;
  }
}

/** Texts of several kinds are one to an index. */
const TEXTS = /^(text|character varying|varchar|name|citext|unknown)/;

/** `(id)::numeric = …` in a filter, where the text has no such cast: the value is of a wider type. */
function implicitCasts({ filter, read, step, use }: Scan, planned: PlannedBinding, subject: Subject): RawFinding[] {
  if (!step.relation) return [];
  const whole = wholeOf(step.relation, subject);
  return use.equalities.flatMap(({ column, expression, isAlternative }) => {
    const type = whole.columns.find(({ name }) => name === column)?.type;
    if (expression !== undefined || isAlternative || type === undefined) return [];
    const shown = /^[a-z_][a-z0-9_$]*$/.test(column) ? column : `"${column.replaceAll('"', '""')}"`;
    const cast = new RegExp(`\\((?:[\\w"$]+\\.)?${escapeForPattern(shown)}\\)::([a-z][a-z ]*)`)
      .exec(filter)?.[1]
      ?.trim();
    if (cast === undefined || (TEXTS.test(cast) && TEXTS.test(type))) return [];
    const [found] = comparisonsOf(subject.tree, (side) => namesOf(partOf(side, 'ColumnRef')?.fields).at(-1) === column);
    const bare = found && ifFaithful(() => castValue(found.comparison, found.wrapped, type));
    return [
      {
        kind: 'cast_hides_index' as const,
        severity: severityOf(read, subject),
        sentence: `${column} is ${type} and is compared with ${cast}: Postgres casts it for ${rowWords(read)} of ${nameOf(whole)}, and no index on it can be used.`,
        relation: whole,
        ...{ planned, step, about: column },
        ...rewriteOf(found, bare, { column, subject, whole }),
        advice: { sentence: `Give the value the type ${type}.` },
      },
    ];
  });
}

function escapeForPattern(text: string): string {
  return text.replace(/[$.*+?^()[\]{}|\\]/g, '\\$&');
}

const PATTERNS = /~~\*?|(?<![!<>=~])~\*?/;

/** A pattern that the text itself begins with anything, or that may: the caller's own, ILIKE, a regular expression. */
function openPatterns({ filter, read, step, use }: Scan, planned: PlannedBinding, subject: Subject): RawFinding[] {
  if (!step.relation || use.patterns.length === 0 || !PATTERNS.test(filter)) return [];
  const whole = wholeOf(step.relation, subject);
  const trigram = trigramOption(use, whole, subject);
  const hasTrigrams = subject.snapshot.extensions.some(({ name }) => name === 'pg_trgm');
  return use.patterns.slice(0, 1).map(({ column }) => ({
    kind: 'leading_wildcard',
    severity: severityOf(read, subject),
    sentence: `${patternWords(subject.tree, column)}: it is held against ${rowWords(read)} of ${nameOf(whole)}.`,
    relation: whole,
    ...{ planned, step, about: column },
    indexes: trigram ? [trigram] : [],
    advice: hasTrigrams
      ? { sentence: 'Ask for the beginning of words, or search by a tsvector.' }
      : {
          sentence: `An index of trigrams finds it: it needs the extension pg_trgm, which Postgres brings along.`,
          sql: `create extension pg_trgm;\ncreate index concurrently on ${quoted(whole)} using gin (${quote(column)} gin_trgm_ops)`,
        },
  }));
}

function patternWords(tree: Node, column: string): string {
  const [found] = comparisonsOf(tree, (side) => namesOf(partOf(side, 'ColumnRef')?.fields).at(-1) === column).filter(
    ({ comparison }) => /~/.test(lastName(comparison.name)),
  );
  const operator = lastName(found?.comparison.name);
  if (operator === '~~' || operator === '!~~')
    return `A pattern for ${column} that begins with anything has no place in an index`;
  if (operator === '~~*')
    return `A pattern for ${column} in which upper and lower case are one has no place in an index`;
  return `A regular expression for ${column} has no place in an index`;
}

function quote(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function quoted({ name, schema }: { name: string; schema: string }): string {
  return `${quote(schema)}.${quote(name)}`;
}
