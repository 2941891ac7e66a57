/**
 * Statements out of .sql files: each statement of a file, named by the comment above it (`-- name: orders.list`) or by its file and
 * line. What can be said of it stands in further comments: `-- calls per day: 12000`, `-- unindexed because: …`.
 */

import type { WorkloadStatement } from './workload.ts';

const DIRECTIVE = /^\s*--\s*(name|calls per day|unindexed because)\s*:\s*(.+?)\s*$/i;
/** What ends a statement, and what a semicolon inside does not. */
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|;/g;

/** @param path as people know the file */
export function readSqlFile(path: string, content: string): WorkloadStatement[] {
  return splitStatements(content).flatMap(({ line, text }) => {
    const directives = new Map<string, string>();
    for (const one of text.split('\n')) {
      const [, key, value] = DIRECTIVE.exec(one) ?? [];
      if (key !== undefined && value !== undefined) directives.set(key.toLowerCase(), value);
    }
    const origin = `${path}:${line}`;
    const because = directives.get('unindexed because');
    const calls = Number(directives.get('calls per day') ?? Number.NaN);
    const own = withoutDirectives(text);
    // sqlc writes `-- name: ListOrders :many`.
    const name = directives.get('name')?.replace(/\s+:\w+$/, '') ?? origin;
    return {
      ...{ name, source: 'file' as const, text: own, origin, meanMs: null },
      callsPerDay: Number.isFinite(calls) ? calls : null,
      ...(because === undefined ? {} : { unindexedBecause: because }),
    };
  });
}

function withoutDirectives(text: string): string {
  return text
    .split('\n')
    .filter((line) => !DIRECTIVE.test(line))
    .join('\n')
    .trim();
}

interface Part {
  text: string;
  /** Of its first word, from 1. */
  line: number;
}

function splitStatements(content: string): Part[] {
  const ends = [...content.matchAll(TOKENS)].filter(([token]) => token === ';').map(({ index }) => index);
  const parts: Part[] = [];
  let from = 0;
  for (const end of [...ends, content.length]) {
    const text = content.slice(from, end);
    const word = text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).search(/\S/);
    if (word >= 0) parts.push({ text, line: content.slice(0, from + word).split('\n').length });
    from = end + 1;
  }
  return parts;
}
