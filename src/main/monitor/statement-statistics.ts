/** What this process has seen of each statement since it started: calls, errors, time and rows, by name. */

import { listStatements, type StatementOutcome } from '../database/index.ts';
import type { StatementView } from './schema.ts';

interface Totals {
  calls: number;
  errors: number;
  rows: number;
  totalMs: number;
  maxMs: number;
}

const NONE: Totals = { calls: 0, errors: 0, rows: 0, totalMs: 0, maxMs: 0 };

export class StatementStatistics {
  readonly #byName = new Map<string, Totals>();

  add({ statement, durationMs, rows, errorCode }: StatementOutcome): void {
    let totals = this.#byName.get(statement);
    if (!totals) {
      totals = { ...NONE };
      this.#byName.set(statement, totals);
    }
    totals.calls += 1;
    totals.rows += rows;
    totals.totalMs += durationMs;
    if (errorCode !== undefined) totals.errors += 1;
    if (durationMs > totals.maxMs) totals.maxMs = durationMs;
  }

  list(): StatementView[] {
    return listStatements().map(({ name, lane, deadlineMs, text }) => {
      const totals = this.#byName.get(name) ?? NONE;
      const meanMs = totals.calls === 0 ? 0 : totals.totalMs / totals.calls;
      return { name, lane, deadlineMs, text: unindent(text), ...totals, meanMs };
    });
  }
}

/** SQL as it would stand at the left margin. A part that was put in from elsewhere may stand further left than the rest. */
function unindent(text: string): string {
  const lines = text.replace(/^\n+|\s+$/g, '').split('\n');
  const indentOf = (line: string) => line.length - line.trimStart().length;
  const rest = lines.slice(1).filter((line) => line.trim() !== '');
  const margin = text.startsWith('\n') ? indentOf(lines[0] ?? '') : Math.min(...rest.map(indentOf), 80);
  return lines.map((line) => (line.slice(0, margin).trim() === '' ? line.slice(margin) : line)).join('\n');
}
