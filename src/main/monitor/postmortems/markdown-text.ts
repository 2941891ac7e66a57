/**
 * Text of others in Markdown: what it says stays, what it could do goes. Code between backticks is kept, since sentences of the
 * guard write statements in it.
 */

const CODE = /(`[^`\n]*`)/;

/** One line of prose: no heading, no list, no link, no HTML comes of it. */
export function prose(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? part : escapePlain(part)))
    .join('')
    .replace(/^(#{1,6}(?=\s)|[-+>](?=\s)|\d+[.)](?=\s))/, '\\$1');
}

function escapePlain(text: string): string {
  return text
    .replace(/[\\`*[\]<]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replaceAll('|', '\\|');
}

/** For a cell of a table: one line, with its bars escaped even in code. */
export function cell(text: string): string {
  return prose(text).replace(/(?<!\\)\|/g, '\\|');
}

/** A name or a value as code, whatever is in it. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return '';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  return longest === 0 ? `${ticks}${line}${ticks}` : `${ticks} ${line} ${ticks}`;
}

/** A block of code, with a fence longer than any in it. */
export function codeBlock(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${text.trimEnd()}\n${ticks}`;
}

export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

/** Paragraphs, lists and blocks, those that are empty left out. */
export function blocks(...parts: readonly (string | null | undefined | false)[]): string {
  return parts.filter((part): part is string => typeof part === 'string' && part !== '').join('\n\n');
}

/** @param align of each column; `r` for figures */
export function table(head: readonly string[], align: string, rows: readonly (readonly string[])[]): string {
  const rule = [...align].map((one) => (one === 'r' ? '---:' : '---'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
