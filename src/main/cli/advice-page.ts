/** Index advice as a page for the terminal: what to do first, a table of what it brings, and then each with its reasons. */

import type { AdviceReport, CreateAdvice, DropAdvice, StatementEffect } from '../planner/index-advice/schema.ts';
import { foremostCount, foremostShare, percentWords } from '../planner/index-advice/sentences.ts';
import { drawPlan } from '../planner/plans/draw-plan.ts';
import { byteWords, countWords, digits } from '../planner/plans/figures.ts';

const MAX_STATEMENTS = 4;
const MAX_NAME = 64;

export function describeAdvice(report: AdviceReport): string[] {
  const foremost = foremostCount(report.create);
  return [
    report.sentence,
    ...budgetLine(report),
    '',
    ...table(report, foremost),
    ...report.create.flatMap((advice, place) => describeCreate(advice, place + 1, place < foremost)),
    ...report.drop.flatMap((advice, place) => describeDrop(advice, report.create.length + place + 1)),
    ...script(report),
    ...unplanned(report),
    ...(report.gaps.length === 0
      ? []
      : ['What the plans rest on without having it:', ...report.gaps.map(({ sentence }) => `  ${sentence}`), '']),
    searchLine(report),
  ];
}

function budgetLine({ budget: { bytes, usedBytes }, create }: AdviceReport): string[] {
  if (bytes === null || create.length === 0) return [];
  const used = create.length === 1 ? 'It takes' : 'They take';
  return [
    `${used} ${byteWords(usedBytes)} of the ${byteWords(bytes)} that new indexes may take together: half of the tables’ size, or what --budget says.`,
  ];
}

/** @param foremost so many stand before a line */
function table({ create, drop }: AdviceReport, foremost: number): string[] {
  if (create.length + drop.length === 0) return [];
  const rows = [
    ['', 'index', 'takes', 'of the cost', 'best', 'writes a day', 'sure'],
    ...create.map(({ benefit, confidence, index, writes }, place) => [
      `${place + 1}`,
      `${index.table} (${keysOf(index)})`,
      byteWords(index.sizeBytes),
      `-${percentWords(benefit.shareOfWorkload)}`,
      `${digits(benefit.bestTimesCheaper)}x`,
      countWords(writes.writesPerDay),
      confidence.level,
    ]),
    ...drop.map(({ confidence, index, writes }, place) => [
      `${create.length + place + 1}`,
      `drop ${index.name}`,
      `-${byteWords(index.sizeBytes)}`,
      '',
      '',
      `-${countWords(writes.writesPerDay)}`,
      confidence.level,
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const isText = (column: number) => column === 1 || column === 6;
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const share = percentWords(foremostShare(create, foremost));
  const division =
    foremost < create.length ? [`    — so far ${share} of all that is gained; the rest brings little —`] : [];
  return [...lines.slice(0, foremost + 1), ...division, ...lines.slice(foremost + 1), ''];
}

function keysOf({ include, keys, method, predicate }: CreateAdvice['index']): string {
  const names = keys.map(
    ({ column, expression, isDescending }) => `${column ?? expression}${isDescending ? ' desc' : ''}`,
  );
  return [
    names.join(', '),
    ...(method === 'btree' ? [] : [`using ${method}`]),
    ...(include.length > 0 ? [`include ${include.join(', ')}`] : []),
    ...(predicate === null ? [] : [`where ${predicate}`]),
  ].join(' ');
}

/** @param hasPlans of the foremost; those of the rest are asked for with --json */
function describeCreate(advice: CreateAdvice, number: number, hasPlans: boolean): string[] {
  const { confidence, moreStatements, sentence, statements, steps, writes } = advice;
  return [
    `${number}. ${sentence}`,
    ...steps.map((step) => `   ${step};`),
    ...statements.slice(0, MAX_STATEMENTS).map(describeEffect),
    ...moreLine(statements.length + moreStatements - MAX_STATEMENTS),
    ...(hasPlans ? plansOf(statements[0]) : []),
    `   Writing: ${writes.sentence}`,
    `   Sure: ${confidence.level}. ${confidence.reasons.join(' ')}`,
    '',
  ];
}

function describeEffect(effect: StatementEffect): string {
  const times = `${digits(effect.costBefore)} to ${digits(effect.costAfter)}`;
  const { callsPerDay, millisecondsAfter, millisecondsBefore, statement } = effect;
  const milliseconds =
    millisecondsBefore === null || millisecondsAfter === null
      ? ''
      : `, about ${digits(millisecondsBefore)} ms to ${digits(millisecondsAfter)} ms`;
  const calls =
    callsPerDay === null ? '' : `, ${callsPerDay === 1 ? 'one call' : `${countWords(callsPerDay)} calls`} a day`;
  const name = statement.length > MAX_NAME ? `${statement.slice(0, MAX_NAME - 1)}…` : statement;
  return `   - ${name}: cost ${times}${milliseconds}${calls}`;
}

function moreLine(count: number): string[] {
  return count > 0 ? [`   - and ${count === 1 ? 'one more' : `${count} more`}`] : [];
}

function plansOf(effect: StatementEffect | undefined): string[] {
  if (!effect?.before || !effect.after) return [];
  return [
    '   Today:',
    ...drawPlan(effect.before, { indent: '     ' }).split('\n'),
    '   With it:',
    ...drawPlan(effect.after, { indent: '     ' }).split('\n'),
  ];
}

function describeDrop({ confidence, ddl, proof, sentence, undoDdl, writes }: DropAdvice, number: number): string[] {
  return [
    `${number}. ${sentence}`,
    `   ${ddl};`,
    `   Proof: ${proofWords(proof)}`,
    `   Writing less: ${writes.sentence}`,
    `   To have it back: ${undoDdl};`,
    `   Sure: ${confidence.level}. ${confidence.reasons.join(' ')}`,
    '',
  ];
}

function proofWords({ statementsChecked, worstRise }: DropAdvice['proof']): string {
  if (statementsChecked === 0) return 'no statement of the workload reads its table.';
  const checked = statementsChecked === 1 ? 'the one statement' : `all ${statementsChecked} statements`;
  const cost = worstRise > 0.0005 ? `${digits(worstRise * 100)} % more at most` : 'the same';
  return `planned without it, ${checked} of its table cost ${cost}.`;
}

function script({ create, drop }: AdviceReport): string[] {
  const foremost = foremostCount(create);
  const stepsOf = (some: AdviceReport['create']) => some.flatMap(({ steps }) => steps);
  const how = 'one statement at a time and outside a transaction';
  const drops = drop.filter(isSure).map(({ ddl }) => ddl);
  const isDivided = foremost < create.length;
  return [
    ...list(`${isDivided ? 'What brings most' : 'All of it'}, ${how}:`, [
      ...stepsOf(create.slice(0, foremost)),
      ...(isDivided ? [] : drops),
    ]),
    ...list('The rest:', isDivided ? [...stepsOf(create.slice(foremost)), ...drops] : []),
  ];
}

function list(title: string, statements: readonly string[]): string[] {
  return statements.length === 0 ? [] : [title, ...statements.map((one) => `  ${one};`), ''];
}

/** What may be needed once a month is not put where it is copied without being read. */
function isSure({ confidence }: DropAdvice): boolean {
  return confidence.level !== 'low';
}

function unplanned({ workload: { notPlanned } }: AdviceReport): string[] {
  if (notPlanned.length === 0) return [];
  const shown = notPlanned.slice(0, 10).map(({ sentence, statement }) => `  ${statement}: ${sentence}`);
  return [`Not planned (${notPlanned.length}):`, ...shown, ...moreLine(notPlanned.length - 10), ''];
}

function searchLine({ engine, search, workload }: AdviceReport): string {
  const rest = search.isComplete ? '' : ' Its time ended first: there may be more to find (--time).';
  const counts = [
    counted(workload.planned, 'statement'),
    counted(search.candidates, 'candidate'),
    counted(search.plans, 'plan'),
  ];
  return `${counts.join(', ')} by Postgres ${engine.version} (${engine.kind}); nothing was executed.${rest}`;
}

function counted(count: number, word: string): string {
  return `${countWords(count)} ${count === 1 ? word : `${word}s`}`;
}
