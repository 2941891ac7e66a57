/**
 * Markdown as postmortems use it, into HTML: headings, paragraphs, lists, tables, code, emphasis, links to http and https. All
 * text is escaped first; no HTML of the source ever passes.
 */

import { escapeXml } from './plots/svg-chart.ts';

const FENCE = /^\s*(`{3,})\s*([\w-]*)\s*$/;
const HEADING = /^(#{1,6})\s+(.*)$/;
const BULLET = /^(\s*)[-*+]\s+(.*)$/;
const NUMBERED = /^(\s*)\d+[.)]\s+(.*)$/;
const QUOTE = /^>\s?(.*)$/;
const ROW = /^\s*\|.*\|\s*$/;
const RULE = /^\s*\|(\s*:?-+:?\s*\|)+\s*$/;
/** A line of its own that stands for a block made elsewhere, such as a plot. */
const PLACE = /^\uE000(\w+)\uE000$/;

export function placeFor(key: string): string {
  return `\uE000${key}\uE000`;
}

/** @param places HTML for `placeFor` lines, by key */
export function markdownToHtml(markdown: string, places: ReadonlyMap<string, string> = new Map()): string {
  const lines = markdown.replaceAll('\r\n', '\n').split('\n');
  const out: string[] = [];
  for (let index = 0; index < lines.length; ) {
    const { html, next } = readBlock(lines, index, places);
    if (html !== '') out.push(html);
    index = next;
  }
  return out.join('\n');
}

interface Block {
  readonly html: string;
  readonly next: number;
}

function readBlock(lines: readonly string[], index: number, places: ReadonlyMap<string, string>): Block {
  const line = lines[index] ?? '';
  if (line.trim() === '') return { html: '', next: index + 1 };
  const place = PLACE.exec(line);
  if (place) return { html: places.get(place[1] ?? '') ?? '', next: index + 1 };
  const fence = FENCE.exec(line);
  if (fence) return readCode(lines, index + 1, fence[1] ?? '```');
  const heading = HEADING.exec(line);
  if (heading) {
    const level = heading[1]?.length ?? 1;
    return { html: `<h${level}>${inline(heading[2] ?? '')}</h${level}>`, next: index + 1 };
  }
  if (ROW.test(line) && RULE.test(lines[index + 1] ?? '')) return readTable(lines, index);
  if (BULLET.test(line)) return readList(lines, index, BULLET);
  if (NUMBERED.test(line)) return readList(lines, index, NUMBERED);
  if (QUOTE.test(line)) return readQuote(lines, index, places);
  return readParagraph(lines, index);
}

function readCode(lines: readonly string[], index: number, ticks: string): Block {
  let end = index;
  while (end < lines.length && (lines[end] ?? '').trim() !== ticks) end += 1;
  return { html: `<pre><code>${escapeXml(lines.slice(index, end).join('\n'))}</code></pre>`, next: end + 1 };
}

function readTable(lines: readonly string[], index: number): Block {
  const aligns = cellsOf(lines[index + 1] ?? '').map((one) => (one.trim().endsWith(':') ? ' class="figure"' : ''));
  const row = (line: string, tag: 'th' | 'td') =>
    `<tr>${cellsOf(line)
      .map((one, column) => `<${tag}${aligns[column] ?? ''}>${inline(one.trim())}</${tag}>`)
      .join('')}</tr>`;
  let end = index + 2;
  while (ROW.test(lines[end] ?? '')) end += 1;
  const body = lines.slice(index + 2, end).map((line) => row(line, 'td'));
  const html = `<div class="table"><table><thead>${row(lines[index] ?? '', 'th')}</thead><tbody>${body.join('')}</tbody></table></div>`;
  return { html, next: end };
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/);
}

function readList(lines: readonly string[], index: number, pattern: RegExp): Block {
  const items: string[] = [];
  let end = index;
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? '';
    const item = pattern.exec(line);
    if (item) items.push(item[2] ?? '');
    else if (/^\s+\S/.test(line) && items.length > 0) items[items.length - 1] += ` ${line.trim()}`;
    else break;
  }
  const tag = pattern === BULLET ? 'ul' : 'ol';
  return { html: `<${tag}>${items.map((item) => `<li>${inline(item)}</li>`).join('')}</${tag}>`, next: end };
}

function readQuote(lines: readonly string[], index: number, places: ReadonlyMap<string, string>): Block {
  const inside: string[] = [];
  let end = index;
  for (let match = QUOTE.exec(lines[end] ?? ''); match; match = QUOTE.exec(lines[end] ?? '')) {
    inside.push(match[1] ?? '');
    end += 1;
  }
  const content = inside.some((line) => QUOTE.test(line))
    ? `<p>${inline(inside.join(' '))}</p>`
    : markdownToHtml(inside.join('\n'), places);
  return { html: `<blockquote>${content}</blockquote>`, next: end };
}

const startsBlock = (line: string) =>
  line.trim() === '' || [FENCE, HEADING, BULLET, NUMBERED, QUOTE, PLACE].some((pattern) => pattern.test(line));

function readParagraph(lines: readonly string[], index: number): Block {
  let end = index + 1;
  while (end < lines.length && !startsBlock(lines[end] ?? '')) end += 1;
  return { html: `<p>${inline(lines.slice(index, end).join(' '))}</p>`, next: end };
}

const INLINE =
  /(?<ticks>`+)(?<code>.+?)\k<ticks>(?!`)|\\(?<escaped>[!-/:-@[-`{-~])|\*\*(?<strong>\S(?:.*?\S)?)\*\*|\*(?<emphasis>[^\s*](?:[^*]*[^\s*])?)\*|\[(?<label>[^\]]+)\]\((?<href>https?:\/\/[^\s)]+)\)/;

function inline(text: string): string {
  let rest = text;
  let html = '';
  for (let match = INLINE.exec(rest); match; match = INLINE.exec(rest)) {
    const { code, emphasis, escaped, href, label, strong } = match.groups ?? {};
    html += escapeXml(rest.slice(0, match.index));
    if (code !== undefined) html += `<code>${escapeXml(code.replaceAll('\\|', '|').trim())}</code>`;
    else if (escaped !== undefined) html += escapeXml(escaped);
    else if (strong !== undefined) html += `<strong>${inline(strong)}</strong>`;
    else if (emphasis !== undefined) html += `<em>${inline(emphasis)}</em>`;
    else html += `<a href="${escapeXml(href ?? '')}" rel="noreferrer">${inline(label ?? '')}</a>`;
    rest = rest.slice(match.index + match[0].length);
  }
  return html + escapeXml(rest);
}
