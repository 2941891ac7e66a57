/** The table at the end: the servers side by side, kind by kind, and the goals. */

import { type Comparison, compare, type DroughtResult } from './result.ts';
import type { ServerRun } from './run.ts';
import { milliseconds, percent, seconds } from './words.ts';

export interface Row {
  what: string;
  /** One cell for each server. */
  cells: string[];
}

/** The rows that the terminal and the report both show. */
export function rowsOf(runs: readonly ServerRun[]): Row[] {
  const row = (what: string, cellOf: (run: ServerRun) => string): Row => ({ what, cells: runs.map(cellOf) });
  const times = (type: 'logIn' | 'read') => (run: ServerRun) => {
    const { calm, drought } = run.figures[type];
    return `${milliseconds(drought.p50Ms)} / ${milliseconds(drought.p99Ms)} / ${milliseconds(drought.maxMs)} (calm p99 ${milliseconds(calm.p99Ms)})`;
  };
  return [
    row('Users who saw a failure', ({ figures }) => percent(figures.users.share)),
    row('Log-ins that succeeded', ({ figures }) => percent(figures.succeeded.logIn)),
    row('Own reads that succeeded', ({ figures }) => percent(figures.succeeded.read)),
    row('Log-ins in the drought, p50 / p99 / max', times('logIn')),
    row('Own reads in the drought, p50 / p99 / max', times('read')),
    row(
      'Most connections held at once',
      ({ figures }) => `${figures.connections.heldMost} of ${figures.connections.openMost} open`,
    ),
    row('First report to detected', ({ naming, detectedMs }) => (naming ? seconds(detectedMs) : 'says nothing')),
    row('To cause named, rightly', ({ naming, namedMs }) => (naming ? seconds(namedMs) : 'says nothing')),
    row('To contained', ({ figures }) => orNot(figures.containedMs, 'not while it lasted')),
    row('To normal after the storm', ({ figures }) => orNot(figures.normalMs, 'not within the recovery')),
    row('Reports', reportsOf),
  ];
}

function orNot(ms: number | null, never: string): string {
  return ms === null ? never : seconds(ms);
}

function reportsOf({ figures: { reports } }: ServerRun): string {
  const parts: [number, string][] = [
    [reports.answered, 'answered'],
    [reports.late, 'answered late'],
    [reports.refused, 'refused with a reason'],
    [reports.failed, 'failed'],
    [reports.silent, 'met with silence'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return said.length > 0 ? said.join(', ') : 'none asked';
}

const LABEL_WIDTH = 44;
const CELL_WIDTH = 46;

export function renderTable(result: DroughtResult): string {
  const parts = compare(result).map(renderComparison);
  if (result.causes) parts.push(renderCauses(result.causes));
  return parts.join('\n\n');
}

function renderComparison({ kind, ordinary, guarded, goals }: Comparison): string {
  const runs = [ordinary, guarded].filter((run) => run !== undefined);
  const lines = [
    `  ${kind.toUpperCase().padEnd(LABEL_WIDTH - 2)}${runs.map(({ name }) => name.padEnd(CELL_WIDTH)).join('')}`.trimEnd(),
    ...rowsOf(runs).flatMap(renderRow),
  ];
  const sentence = guarded?.naming?.verdict?.sentence;
  if (sentence) lines.push('', `  ${guarded.name} said: “${sentence}”`);
  for (const reason of runs.flatMap(({ name, invalidBecause }) => invalidBecause.map((one) => `${name}: ${one}`))) {
    lines.push(`  ${reason}`);
  }
  const missed = goals.filter(({ isMet }) => !isMet);
  if (goals.length > 0) lines.push('', `  Goals met: ${goals.length - missed.length} of ${goals.length}.`);
  for (const { what, wanted, got } of missed) lines.push(`    missed: ${what}: ${got}, and ${wanted} was asked for`);
  return lines.join('\n');
}

/** A cell that is too long for its column goes on below. */
function renderRow({ what, cells }: Row): string[] {
  const wrapped = cells.map((cell) => wrap(cell, CELL_WIDTH - 2));
  const height = Math.max(1, ...wrapped.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => {
    const label = (line === 0 ? what : '').padEnd(LABEL_WIDTH - 2);
    return `  ${label}${wrapped.map((lines) => (lines[line] ?? '').padEnd(CELL_WIDTH)).join('')}`.trimEnd();
  });
}

export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function renderCauses({ named, planted }: NonNullable<DroughtResult['causes']>): string {
  const causeWidth = 2 + Math.max(...planted.map(({ title }) => title.length));
  const lines = planted.map(({ title, naming, namedMs }) => {
    const mark = naming.isRight ? `named in ${seconds(namedMs)}` : 'not named';
    const why = naming.isRight ? [] : [`      ${naming.faults.join('; ')}`];
    const said = naming.verdict ? [`      “${naming.verdict.sentence}”`] : ['      It said nothing.'];
    return [`  ${title.padEnd(causeWidth)}${mark}`, ...said, ...why.filter((line) => line.trim() !== '')].join('\n');
  });
  return [`  CAUSES named rightly: ${named} of ${planted.length}`, ...lines].join('\n');
}
