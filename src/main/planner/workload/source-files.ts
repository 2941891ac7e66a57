/**
 * Statements out of TypeScript and JavaScript sources, without running them: SQL in templates with a tag (sql`…`), in the first
 * argument of `query(…)` and its like, and in a `text:` of an object that says a name. What a template puts in is a parameter.
 */

import { isPlannable } from './observed-statements.ts';
import type { WorkloadStatement } from './workload.ts';

/** What stands before a string that holds SQL. */
const BEGINNINGS =
  /\b(?:sql|SQL|pg|query|execute|raw|unsafe|\$queryRaw|\$executeRaw)\s*(?:<[^>()]*>)?\s*\(?\s*(?=[`'"])|\btext\s*:\s*(?=[`'"])/g;
const NAME_BEFORE = /\bname\s*:\s*['"]([^'"\n]+)['"][^{}]*$/;
const BECAUSE_AFTER = /^[^{}]*\bunindexedBecause\s*:\s*'((?:[^'\\]|\\.)*)'/;
/** `Select a plan` is said to people. */
const SENTENCE = /^\s*[A-Z][a-z]/;
const AROUND = 600;

/** @param path as people know the file */
export function readSourceFile(path: string, content: string): WorkloadStatement[] {
  const found: WorkloadStatement[] = [];
  for (const beginning of content.matchAll(BEGINNINGS)) {
    const at = beginning.index + beginning[0].length;
    const literal = readLiteral(content, at);
    if (!literal || !isPlannable(literal.text) || SENTENCE.test(literal.text)) continue;
    const origin = `${path}:${content.slice(0, at).split('\n').length}`;
    const name = NAME_BEFORE.exec(content.slice(Math.max(0, at - AROUND), at))?.[1];
    const because = BECAUSE_AFTER.exec(content.slice(literal.end, literal.end + AROUND))?.[1];
    found.push({
      ...{ name: name ?? origin, source: 'file', text: literal.text.trim(), origin, callsPerDay: null, meanMs: null },
      ...(because === undefined ? {} : { unindexedBecause: because.replace(/\\(.)/g, '$1') }),
    });
  }
  return found;
}

interface Literal {
  text: string;
  /** Behind its last quote. */
  end: number;
}

/** The text of a string or a template; what the template puts in becomes the next free parameter. */
function readLiteral(content: string, start: number): Literal | undefined {
  const quote = content[start];
  let text = '';
  for (let at = start + 1; at < content.length; at += 1) {
    const character = content[at] ?? '';
    if (character === quote) return { text: numberHoles(text), end: at + 1 };
    if (character === '\\') {
      at += 1;
      text += unescaped(content[at] ?? '');
    } else if (quote === '`' && character === '$' && content[at + 1] === '{') {
      at = endOfHole(content, at + 2);
      text += HOLE;
    } else if (character === '\n' && quote !== '`') return undefined;
    else text += character;
  }
  return undefined;
}

/** A character that no SQL has. */
const HOLE = '\u0000';

function numberHoles(text: string): string {
  let last = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  return text.replaceAll(HOLE, () => `$${++last}`);
}

function unescaped(character: string): string {
  return { n: '\n', t: '\t', r: '\r' }[character] ?? character;
}

function endOfHole(content: string, from: number): number {
  let depth = 1;
  for (let at = from; at < content.length; at += 1) {
    if (content[at] === '{') depth += 1;
    if (content[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return content.length;
}
