/** Whether an index that is there is the one that was proposed: same table, same kind, same keys in front. Names do not matter. */

import type { IndexRow } from './check-queries.ts';

export interface ProposedIndex {
  /** As written, with its schema where it had one. */
  readonly table: string;
  readonly method: string;
  readonly keys: readonly string[];
}

const CREATE =
  /^\s*create\s+(?:unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?(?:\S+\s+)?on\s+(?:only\s+)?(?<table>(?:"(?:[^"]|"")*"|[\w$]+)(?:\.(?:"(?:[^"]|"")*"|[\w$]+))?)\s*(?:using\s+(?<method>\w+)\s*)?(?<rest>\(.*)$/is;

/** Null where the text is no `create index` that can be read, or has a condition of its own. */
export function readProposal(sql: string): ProposedIndex | null {
  const { method = 'btree', rest = '', table } = CREATE.exec(sql)?.groups ?? {};
  if (table === undefined) return null;
  const list = insideParentheses(rest);
  if (list === null || /\bwhere\b/i.test(rest.slice(list.length + 2))) return null;
  return { table, method: method.toLowerCase(), keys: splitKeys(list) };
}

/** The proposed keys stand first among those of the index, in their order: it serves what was asked for. */
export function isProposed(index: IndexRow, { keys, method }: ProposedIndex): boolean {
  if (index.method !== method || index.isPartial || index.keys.length < keys.length) return false;
  return keys.every((key, position) => normalised(key) === normalised(index.keys[position] ?? ''));
}

function insideParentheses(text: string): string | null {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    if (text[index] === ')') depth -= 1;
    if (depth === 0) return text.slice(1, index);
  }
  return null;
}

function splitKeys(list: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  let key = '';
  for (const letter of list) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) {
      keys.push(key);
      key = '';
    } else key += letter;
  }
  return [...keys, key];
}

/** Without what the server writes otherwise than people: casts, quotes, parentheses, the class of operators, spaces. */
function normalised(key: string): string {
  return key
    .trim()
    .replace(/\s+(asc|\w+_ops)\b/gi, '')
    .replace(/::("[^"]*"|[a-z_ ]+)(\(\d+\))?(\[\])?/gi, '')
    .replace(/[()"\s]/g, '')
    .toLowerCase();
}
