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

export function writeSql(node: Node): string {
  return layOut(deparseSync(node));
}

/** An expression, on one line. */
export function writeInline(node: Node): string {
  return wordsOf(deparseSync(node))
    .map(({ hasGap, text }, place) => (hasGap && place > 0 ? ` ${text}` : text))
    .join('');
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
