/** Reports as they are kept: in parts, so that nobody has to read every plan to see a list, and each part compressed. */

import type { Offer } from '../ledger/index.ts';
import type { AdviceReport, AdviceSummary, ReviewReport, StatementSummary } from '../schema.ts';
import { pack } from './packed.ts';
import type { ReportPart } from './run-book.ts';

export interface PackedReport {
  readonly parts: readonly ReportPart[];
  readonly sentence: string;
}

/** Of every report. */
export const WHOLE = 'report';
/** Of a review: the statements as a list shows them. */
export const STATEMENTS = 'statements';
/** Of a review: one statement with its plans. */
export const statementPart = (id: string) => `statement ${id}`;

export async function packReport(report: object, sentence: string): Promise<PackedReport> {
  return { parts: [{ part: WHOLE, body: await pack(report) }], sentence };
}

export async function packReview(report: ReviewReport): Promise<PackedReport> {
  const { statements, ...rest } = report;
  const summaries = statements.map(
    ({
      callsPerDay,
      cost,
      findings,
      id,
      meanMs,
      name,
      origin,
      severity,
      share,
      source,
      worstCost,
    }): StatementSummary => ({
      ...{ id, name, source, origin, callsPerDay, meanMs, cost, worstCost, share, severity },
      findings: [...new Set(findings.filter(({ justification }) => justification === null).map(({ kind }) => kind))],
    }),
  );
  const parts = [
    { part: WHOLE, body: await pack(rest) },
    { part: STATEMENTS, body: await pack(summaries) },
  ];
  for (const one of statements) parts.push({ part: statementPart(one.id), body: await pack(one) });
  return { parts, sentence: tellReview(report.totals) };
}

function tellReview({ concern, planned, severe, statements }: ReviewReport['totals']): string {
  const all =
    planned === statements
      ? `${planned} statements were planned`
      : `${planned} of ${statements} statements were planned`;
  if (severe + concern === 0) return `${all}, and none of them is a concern.`;
  const found = [severe > 0 ? `${severe} severe` : '', concern > 0 ? `${concern} worth a look` : ''];
  return `${all}. Findings: ${found.filter((one) => one !== '').join(', ')}.`;
}

export async function packAdvice(report: AdviceReport): Promise<{ report: PackedReport; offers: Offer[] }> {
  const { create, drop, ...rest } = report;
  const summary: AdviceSummary = rest;
  const offers: Offer[] = [];
  for (const advice of [...create, ...drop]) {
    offers.push({ id: advice.id, kind: advice.kind, body: await pack(advice) });
  }
  return { report: await packReport(summary, report.sentence), offers };
}
