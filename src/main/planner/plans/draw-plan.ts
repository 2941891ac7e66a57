/** Draws a plan as a tree for the terminal: the share of the cost in front, the rows behind, and below each step what it asks. */

import { countWords } from './figures.ts';
import type { ReadNode, ReadPlan } from './schema.ts';

export interface DrawPlanOptions {
  /** Lines are cut there; 0 for never. */
  columns?: number;
  /** What stands in front of every line. */
  indent?: string;
}

const BAR_COLUMNS = 8;
const bars = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

export function drawPlan({ root }: ReadPlan, { columns = 0, indent = '' }: DrawPlanOptions = {}): string {
  const lines: string[] = [];
  draw(root, { first: '', rest: '' }, lines);
  return lines.map((line) => cut(`${indent}${line}`, columns)).join('\n');
}

interface Branch {
  /** What stands in front of the step itself, and of what is below it. */
  first: string;
  rest: string;
}

function draw(node: ReadNode, { first, rest }: Branch, lines: string[]): void {
  const loops = node.loops > 1 ? ` × ${countWords(node.loops)}` : '';
  const role = node.role === null ? '' : `${node.role}: `;
  lines.push(
    `${share(node)} ${first}${role}${node.title}  (${countWords(node.rows)} ${node.rows === 1 ? 'row' : 'rows'}${loops})`,
  );
  const under = `${' '.repeat(share(node).length)} ${rest}${node.children.length > 0 ? '│  ' : '   '}`;
  for (const { kind, text } of node.conditions)
    if (kind !== 'recheck') lines.push(`${under}${conditionWords[kind]} ${text}`);
  for (const { sentence } of node.warnings) lines.push(`${under}! ${sentence}`);
  node.children.forEach((child, at) => {
    const isLast = at === node.children.length - 1;
    draw(child, { first: `${rest}${isLast ? '└─ ' : '├─ '}`, rest: `${rest}${isLast ? '   ' : '│  '}` }, lines);
  });
}

const conditionWords = { index: 'by', join: 'on', filter: 'keeps', once: 'if', recheck: 'checks' } as const;

/** `███▌      45 %`: its own, without the steps below. */
function share({ ownShare }: ReadNode): string {
  const eighths = Math.round(ownShare * BAR_COLUMNS * bars.length);
  const bar = `${'█'.repeat(Math.floor(eighths / bars.length))}${bars[eighths % bars.length]}`;
  const percent = ownShare > 0 && ownShare < 0.005 ? '<1' : String(Math.round(ownShare * 100));
  return `${bar.padEnd(BAR_COLUMNS)} ${percent.padStart(3)} %`;
}

function cut(line: string, columns: number): string {
  const trimmed = line.trimEnd();
  return columns > 0 && trimmed.length > columns ? `${trimmed.slice(0, columns - 1)}…` : trimmed;
}
