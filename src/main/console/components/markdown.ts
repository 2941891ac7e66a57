// Reads the Markdown that postmortems are written in, into blocks that React draws: no HTML ever comes of it.

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong'; readonly parts: readonly Inline[] }
  | { readonly kind: 'emphasis'; readonly parts: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly parts: readonly Inline[] };

export type Cells = readonly (readonly Inline[])[];

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly parts: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly parts: readonly Inline[] }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: Cells }
  | { readonly kind: 'quote'; readonly parts: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'table'; readonly head: Cells; readonly rows: readonly Cells[] };

const fence = /^\s*```/;
const heading = /^(#{1,6})\s+(.*)$/;
const bullet = /^\s*[-*+]\s+(.*)$/;
const numbered = /^\s*\d+[.)]\s+(.*)$/;
const quote = /^>\s?(.*)$/;
const tableRow = /^\s*\|.*\|\s*$/;
const tableRule = /^\s*\|[\s:|-]+\|\s*$/;

/** Blocks in their order. What it does not know stays as the text that was written. */
export function readMarkdown(markdown: string): Block[] {
  const lines = markdown.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = lines[index] ?? '';
    if (line.trim() === '') {
      index += 1;
      continue;
    }
    const { block, next } = readBlock(lines, index);
    blocks.push(block);
    index = next;
  }
  return blocks;
}

interface Read {
  readonly block: Block;
  readonly next: number;
}

function readBlock(lines: readonly string[], index: number): Read {
  const line = lines[index] ?? '';
  if (fence.test(line)) return readFence(lines, index + 1);
  const title = heading.exec(line);
  if (title) {
    const [, marks = '', text = ''] = title;
    return { block: { kind: 'heading', level: marks.length, parts: readInline(text) }, next: index + 1 };
  }
  if (tableRow.test(line) && tableRule.test(lines[index + 1] ?? '')) return readTable(lines, index);
  if (bullet.test(line)) return readList(lines, index, bullet);
  if (numbered.test(line)) return readList(lines, index, numbered);
  if (quote.test(line)) {
    const { texts, next } = takeWhile(lines, index, (one) => quote.exec(one)?.[1] ?? null);
    return { block: { kind: 'quote', parts: readInline(texts.join(' ')) }, next };
  }
  const { texts, next } = takeWhile(lines, index, (one) => (startsBlock(one) ? null : one.trim()));
  // A line that only looks like the beginning of something is text after all.
  if (texts.length === 0) return { block: { kind: 'paragraph', parts: readInline(line) }, next: index + 1 };
  return { block: { kind: 'paragraph', parts: readInline(texts.join(' ')) }, next };
}

function startsBlock(line: string): boolean {
  return line.trim() === '' || [fence, heading, bullet, numbered, quote, tableRow].some((begin) => begin.test(line));
}

function takeWhile(lines: readonly string[], from: number, read: (line: string) => string | null) {
  const texts: string[] = [];
  let next = from;
  for (; next < lines.length; next += 1) {
    const text = read(lines[next] ?? '');
    if (text === null) break;
    texts.push(text);
  }
  return { texts, next };
}

function readFence(lines: readonly string[], from: number): Read {
  const { texts, next } = takeWhile(lines, from, (line) => (fence.test(line) ? null : line));
  return { block: { kind: 'code', text: texts.join('\n') }, next: next + 1 };
}

/** A line that is indented goes on with the item above it. */
function readList(lines: readonly string[], from: number, item: RegExp): Read {
  const items: string[] = [];
  let next = from;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? '';
    const text = item.exec(line)?.[1];
    if (text !== undefined) items.push(text);
    else if (/^\s{2,}\S/.test(line)) items[items.length - 1] += ` ${line.trim()}`;
    else break;
  }
  return { block: { kind: 'list', isOrdered: item === numbered, items: items.map(readInline) }, next };
}

function readTable(lines: readonly string[], from: number): Read {
  const { texts, next } = takeWhile(lines, from, (line) => (tableRow.test(line) ? line : null));
  const [head = '', , ...rows] = texts;
  return { block: { kind: 'table', head: readCells(head), rows: rows.map(readCells) }, next };
}

function readCells(row: string): Cells {
  const inner = row.trim().slice(1, -1);
  return inner.split(/(?<!\\)\|/).map((cell) => readInline(cell.trim().replaceAll('\\|', '|')));
}

const inline =
  /(`+)(.+?)\1|\*\*(.+?)\*\*|\[([^\]]+)\]\(([^)\s]+)\)|(?<![\w*])\*([^*\s][^*]*?)\*(?![\w*])|\\([\\`*_{}[\]()#+\-.!|<>])/;

/** Code, strong, emphasis, links and escaped characters; the rest is text. */
export function readInline(text: string): Inline[] {
  const parts: Inline[] = [];
  let rest = text;
  while (rest !== '') {
    const found = inline.exec(rest);
    if (!found) break;
    if (found.index > 0) push(parts, rest.slice(0, found.index));
    const [whole, , code, strong, label, href, emphasis, escaped] = found;
    if (code !== undefined) parts.push({ kind: 'code', text: code.trim() });
    else if (strong !== undefined) parts.push({ kind: 'strong', parts: readInline(strong) });
    else if (label !== undefined && href !== undefined) parts.push(readLink(label, href));
    else if (emphasis !== undefined) parts.push({ kind: 'emphasis', parts: readInline(emphasis) });
    else push(parts, escaped ?? whole);
    rest = rest.slice(found.index + whole.length);
  }
  if (rest !== '') push(parts, rest);
  return parts;
}

/** Only addresses that lead somewhere and do nothing: a `javascript:` stays text. */
function readLink(label: string, href: string): Inline {
  const isSafe = /^(https?:\/\/|mailto:|#|\/(?![/\\]))/i.test(href);
  return isSafe ? { kind: 'link', href, parts: readInline(label) } : { kind: 'text', text: `${label} (${href})` };
}

function push(parts: Inline[], text: string): void {
  const last = parts.at(-1);
  if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + text };
  else parts.push({ kind: 'text', text });
}
