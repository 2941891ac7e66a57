/** A forecast as a page for the terminal: the first cliff, a table of costs by size, each cliff, the tables, the machine. */

import type { ForecastReport, ForecastStatement } from '../planner/forecast/schema.ts';
import { drawPlan } from '../planner/plans/draw-plan.ts';
import { byteWords, countWords, digits } from '../planner/plans/figures.ts';
import type { SizingReport } from '../planner/sizing/schema.ts';

const NAME_COLUMNS = 44;
const ROWS_MAX = 40;
const TABLES_MAX = 10;

export function describeForecast(
  forecast: ForecastReport,
  sizing: SizingReport,
  { hasPlans }: { hasPlans: boolean },
): string[] {
  const cliffs = forecast.statements.filter(({ cliff }) => cliff);
  return [
    forecast.sentence,
    '',
    ...costTable(forecast),
    ...cliffs.flatMap((one) => ['', one.cliff?.sentence ?? '', ...(hasPlans ? plansOf(one) : [])]),
    '',
    ...tablesOf(forecast),
    '',
    sizing.sentence,
    ...sizing.advice.flatMap(({ action, sentence, sql, state }) => [
      `  ${stateWords[state]} ${sentence}${action === null ? '' : ` ${action}`}`,
      ...(sql === null ? [] : [`           ${sql};`]),
    ]),
    ...listed(
      'Not planned:',
      forecast.unplanned.map(({ name, why }) => `${name}: ${why}`),
    ),
    ...listed('Assumed:', [...new Set([...forecast.assumptions, ...sizing.assumptions])]),
    ...listed(
      'What the plans rest on without having it:',
      forecast.gaps.map(({ sentence }) => sentence),
    ),
  ];
}

const stateWords = { now: 'now     ', soon: 'soon    ', enough: 'enough  ', unknown: 'unknown ' } as const;

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function costTable({ factors, statements }: ForecastReport): string[] {
  const costAt = ({ points }: ForecastStatement, factor: number) => points.find((one) => one.factor === factor)?.cost;
  const rows = [
    ['cost of a call at', ...factors.map((factor) => `${factor} ×`), 'cliff'],
    ...statements.slice(0, ROWS_MAX).map((one) => [
      cut(one.name),
      ...factors.map((factor) => {
        const cost = costAt(one, factor);
        return cost === undefined ? '' : countWords(cost);
      }),
      one.cliff === null ? '' : `${digits(one.cliff.factor)} ×`,
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const left = statements.length - ROWS_MAX;
  return left > 0 ? [...lines, `and ${left} more`] : lines;
}

const cut = (name: string) => (name.length > NAME_COLUMNS ? `${name.slice(0, NAME_COLUMNS - 1)}…` : name);

function plansOf({ planThen, planToday }: ForecastStatement): string[] {
  const then = planThen ? ['  Then:', drawPlan(planThen, { indent: '  ' })] : [];
  return ['  Today:', drawPlan(planToday, { indent: '  ' }), ...then];
}

function tablesOf({ bytes, bytesPerDay, tables }: ForecastReport): string[] {
  const growth =
    bytesPerDay === null
      ? 'how fast it grows is not known'
      : `it grows by ${byteWords(Math.max(0, bytesPerDay))} a day`;
  return [
    `The database is ${byteWords(bytes)}; ${growth}.`,
    ...tables
      .filter(({ isGrowing, rowsPerDay }) => isGrowing && rowsPerDay !== null)
      .slice(0, TABLES_MAX)
      .map(({ doublesAt, relation, rows, rowsPerDay }) => {
        const doubles = doublesAt === null ? '' : `, twice as many on ${doublesAt.slice(0, 10)}`;
        return `  ${relation}: ${countWords(rows)} rows, ${countWords(rowsPerDay ?? 0)} more a day${doubles}`;
      }),
  ];
}
