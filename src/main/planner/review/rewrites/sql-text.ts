/**
 * Writes a tree as SQL that people like to read: keywords small, a clause a line, subqueries indented. Postgres' own scanner tells
 * what is a keyword, so that nothing inside a text or a quoted name is touched.
 */

import type { Node } from '@pgsql/types';
import { parseSync, scanSync } from 'libpg-query';
import { deparseSync } from 'pgsql-deparser';

interface Word {
  text: string;
  isKeyword: boolean;
  hasGap: boolean;
}

const CLAUSES = new Set(
  'from where group having order limit offset union intersect except returning values left right full inner cross join window fetch for set'.split(
    ' ',
  ),
);
/** A clause begins with the first of these, not with the second. */
const CONTINUES: Readonly<Record<string, readonly string[]>> = {
  from: ['distinct', 'delete'],
  join: ['left', 'right', 'full', 'inner', 'cross', 'outer'],
  values: ['into'],
  set: ['update'],
  order: ['within'],
};

/** @throws Unfaithful where the text does not mean what the tree does */
export function writeSql(node: Node): string {
  const text = layOut(deparseSync(node));
  const [statement] = parseSync(text).stmts ?? [];
  if (!isSame(statement?.stmt, node)) throw new Unfaithful();
  return text;
}

/**
 * An expression, on one line.
 *
 * @throws Unfaithful where the text does not mean what the tree does
 */
export function writeInline(node: Node): string {
  const text = wordsOf(deparseSync(node))
    .map(({ hasGap, text: word }, place) => (hasGap && place > 0 ? ` ${word}` : word))
    .join('');
  if (!isSame(parseExpression(text), node)) throw new Unfaithful();
  return text;
}

/** What was written reads back as something else: a bracket that the writer left out changes the meaning. */
export class Unfaithful extends Error {}

/** Nothing where the statement cannot be written faithfully: no text is better than one that answers otherwise. */
export function ifFaithful<Result>(write: () => Result): Result | undefined {
  try {
    return write();
  } catch (error) {
    if (error instanceof Unfaithful || (error instanceof Error && error.name === 'SqlError')) return undefined;
    throw error;
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(withoutPlaces(one)) === JSON.stringify(withoutPlaces(other));
}

/** Where things stand in the text, and what only says that nothing was said, in the order of names. */
function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !/location$|^stmt_len$|^rexpr_list_/.test(key) && !isDefault(inner))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, withoutPlaces(inner)]),
  );
}

function isDefault(value: unknown): boolean {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return true;
  return (
    typeof value === 'string' && /^(SETOP_NONE|LIMIT_OPTION_DEFAULT|SORTBY_NULLS_DEFAULT|SORTBY_DEFAULT)$/.test(value)
  );
}

/** @throws Error where it is none */
export function parseExpression(sql: string): Node {
  const select = parseSync(`select ${sql}`).stmts?.[0]?.stmt as { SelectStmt?: { targetList?: Node[] } } | undefined;
  const target = select?.SelectStmt?.targetList?.[0] as { ResTarget?: { val?: Node } } | undefined;
  if (!target?.ResTarget?.val) throw new Error('the text is no expression');
  return target.ResTarget.val;
}

function wordsOf(sql: string): Word[] {
  const bytes = Buffer.from(sql);
  let end = 0;
  return scanSync(sql).tokens.map((token) => {
    const isKeyword = token.keywordKind !== 0;
    const text = bytes.subarray(token.start, token.end).toString();
    const hasGap = token.start > end;
    end = token.end;
    return { text: isKeyword ? text.toLowerCase() : text, isKeyword, hasGap };
  });
}

function layOut(sql: string): string {
  const words = wordsOf(sql);
  /** Of each open bracket: whether a query stands in it. */
  const open: boolean[] = [];
  let isBetween = false;
  let written = '';
  const depth = () => open.filter(Boolean).length;
  const line = (extra = 0) => `\n${'  '.repeat(depth() + extra)}`;
  for (const [place, word] of words.entries()) {
    const before = words[place - 1];
    const isInQuery = open.length === 0 || open.at(-1) === true;
    if (word.text === 'between' && word.isKeyword) isBetween = true;
    if (word.text === ')' && open.pop()) written += line();
    else if (place === 0) written += '';
    else if (isInQuery && word.isKeyword && startsClause(word.text, before)) written += line();
    else if (isInQuery && word.isKeyword && word.text === 'and' && !isBetween) written += line(1);
    else if (before?.text === '(' && open.at(-1) === true) written += line();
    else if (word.hasGap && before?.text !== '(') written += ' ';
    if (word.text === 'and') isBetween = false;
    if (word.text === '(') open.push(/^(select|with|values)$/.test(words[place + 1]?.text ?? ''));
    written += word.text;
  }
  return written;
}

function startsClause(text: string, before: Word | undefined): boolean {
  if (!CLAUSES.has(text) || before === undefined) return false;
  return !(CONTINUES[text] ?? []).includes(before.text);
}
