/** A review, or a comparison of two revisions, as a page for the terminal. */

import { drawPlan } from '../../plans/draw-plan.ts';
import type { ChangedStatement, ChangeReport, Cure, Finding, ReviewedStatement, ReviewReport } from '../schema.ts';
import { costWords } from '../words.ts';

export interface PageOptions {
  /** With each statement's plan. */
  hasPlans: boolean;
  /** Findings that are only good to know. */
  hasNotes: boolean;
}

const MARKS = { severe: '!!', concern: ' !', note: ' ·' } as const;

export function reviewPage(report: ReviewReport, options: PageOptions): string[] {
  const shown = report.statements.filter((one) => openFindings(one, options).length > 0);
  const notes = report.statements.filter(({ severity }) => severity === 'note').length;
  return [
    totalsLine(report),
    '',
    ...shown.flatMap((one) => statementLines(one, options)),
    ...(options.hasNotes || notes === 0 ? [] : [`${notes} more statements have notes: --notes shows them.`, '']),
    ...justifiedLines(report),
    ...unplannedLines(report),
    ...gapLines(report.gaps),
  ];
}

function totalsLine({ engine, takenAt, totals }: ReviewReport): string {
  const found = [`${totals.severe} severe`, `${totals.concern} of concern`, `${totals.note} notes`].join(', ');
  return `${totals.planned} of ${totals.statements} statements planned by Postgres ${engine.version}, statistics of ${takenAt.slice(0, 10)}: ${found}.`;
}

function openFindings({ findings }: ReviewedStatement, { hasNotes }: PageOptions): Finding[] {
  return findings.filter((one) => one.justification === null && (hasNotes || one.severity !== 'note'));
}

function statementLines(statement: ReviewedStatement, options: PageOptions): string[] {
  const [plan] = statement.plans;
  const origin = statement.origin !== null && statement.origin !== statement.name ? `  (${statement.origin})` : '';
  return [
    `${statement.name}${origin}`,
    `   costs ${costWords(statement.cost)}${statement.worstCost > statement.cost * 2 ? `, ${costWords(statement.worstCost)} at worst` : ''}`,
    ...openFindings(statement, options).flatMap(findingLines),
    ...(options.hasPlans && plan ? ['', drawPlan(plan.plan, { indent: '   ' })] : []),
    '',
  ];
}

function findingLines({ cure, sentence, severity }: Finding): string[] {
  return [`${MARKS[severity]} ${sentence}`, ...cureLines(cure)];
}

function cureLines({ caution, costAfter, costBefore, isVerified, kind, needsIndex, sentence, sql }: Cure): string[] {
  const isCheaper = kind === 'rewrite' && isVerified && costBefore !== null && costAfter !== null;
  const cost = isCheaper ? ` Cost: ${costWords(costBefore)}, then ${costWords(costAfter)}.` : '';
  return [
    `   → ${sentence}${cost}`,
    ...indented(needsIndex),
    ...indented(sql),
    ...(caution === null ? [] : [`     Mind: ${caution}`]),
  ];
}

function indented(sql: string | null): string[] {
  return sql === null ? [] : `${sql};`.split('\n').map((line) => `       ${line}`);
}

function justifiedLines({ statements }: ReviewReport): string[] {
  const justified = statements.filter(({ findings }) => findings.some(({ justification }) => justification !== null));
  if (justified.length === 0) return [];
  return [
    'Accepted, as the statements themselves say:',
    ...justified.map(({ name, unindexedBecause }) => `   ${name}: ${unindexedBecause}`),
    '',
  ];
}

function unplannedLines({ unplanned }: ReviewReport): string[] {
  if (unplanned.length === 0) return [];
  return ['Without a plan:', ...unplanned.map(({ name, sentence }) => `   ${name}: ${sentence}`), ''];
}

function gapLines(gaps: readonly { sentence: string }[]): string[] {
  if (gaps.length === 0) return [];
  return ['What of production the twin does not have:', ...gaps.map(({ sentence }) => `   ${sentence}`)];
}

const VERDICT_MARKS: Record<ChangedStatement['verdict'], string> = {
  ...{ broken: '!!', worse: '!!', new: ' +', better: ' -', gone: ' ·', same: ' ·' },
};

export function changePage(report: ChangeReport): string[] {
  return [
    changeLine(report),
    '',
    ...report.statements.flatMap((one) => [
      `${VERDICT_MARKS[one.verdict]} ${one.name}: ${one.verdict}`,
      `   ${one.sentence}`,
      ...one.findings.filter(({ justification }) => justification === null).flatMap(findingLines),
      ...(one.verdict === 'worse' && one.planAfter ? [drawPlan(one.planAfter, { indent: '   ' })] : []),
      '',
    ]),
    ...(report.migrations.length === 0 ? [] : [`Migrations applied: ${report.migrations.join(', ')}.`]),
    ...report.assumptions,
    ...gapLines(report.gaps),
  ];
}

export function changeLine({ after, before, isWorse, totals }: ChangeReport): string {
  const parts = [
    [totals.worse, 'worse'],
    [totals.broken, 'broken'],
    [totals.better, 'better'],
    [totals.new, 'new'],
    [totals.gone, 'gone'],
    [totals.same, 'as before'],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return `${isWorse ? 'Worse' : 'Not worse'}: ${after} against ${before}: ${words.join(', ') || 'no statements'}.`;
}
