/** A review, or a comparison of two revisions, as Markdown: a comment that a person reads below a pull request. */

import { drawPlan } from '../../plans/draw-plan.ts';
import type { ReadPlan } from '../../plans/schema.ts';
import type { ChangedStatement, ChangeReport, Cure, Finding, ReviewedStatement, ReviewReport } from '../schema.ts';
import { costWords } from '../words.ts';
import { changeLine } from './terminal.ts';

/** A comment longer than that is refused by the places that show it. */
const STATEMENTS_MAX = 40;

export function changeMarkdown(report: ChangeReport): string {
  const { assumptions, gaps, migrations, statements } = report;
  const worth = statements.filter(({ verdict }) => verdict !== 'gone');
  const lines = [
    '## Query plans',
    '',
    changeLine(report),
    '',
    ...(worth.length === 0 ? [] : table(worth)),
    ...worth
      .filter(({ findings, verdict }) => verdict === 'worse' || verdict === 'broken' || findings.length > 0)
      .slice(0, STATEMENTS_MAX)
      .flatMap(changedSection),
    ...(migrations.length === 0 ? [] : [`Migrations applied: ${migrations.map(code).join(', ')}.`, '']),
    ...(assumptions.length + gaps.length === 0
      ? []
      : [
          '<details><summary>What this rests on</summary>',
          '',
          ...assumptions.map(item),
          ...gaps.map(({ sentence }) => item(sentence)),
          '',
          '</details>',
          '',
        ]),
    'Planned from committed statistics, without a database. Costs are in the planner’s units.',
  ];
  return `${lines.join('\n')}\n`;
}

function table(statements: readonly ChangedStatement[]): string[] {
  const cost = (figure: number | null) => (figure === null ? '' : costWords(figure));
  const rows = statements
    .slice(0, STATEMENTS_MAX)
    .map((one) => `| ${cell(one.name)} | ${one.verdict} | ${cost(one.costBefore)} | ${cost(one.costAfter)} |`);
  const rest = statements.length - STATEMENTS_MAX;
  return [
    '| statement | | cost before | cost now |',
    '| --- | --- | ---: | ---: |',
    ...rows,
    ...(rest > 0 ? [`| and ${rest} more | | | |`] : []),
    '',
  ];
}

function changedSection({ findings, name, planAfter, planBefore, sentence, verdict }: ChangedStatement): string[] {
  const open = findings.filter(({ justification }) => justification === null);
  if (verdict === 'new' && open.length === 0) return [];
  return [
    `### ${cell(name)}`,
    '',
    escapeText(sentence),
    '',
    ...open.flatMap((one, place) => findingLines(one, place === 0 && sentence.includes(one.sentence))),
    ...(planBefore && planAfter ? planDetails('The plan now, and before', [planAfter, planBefore]) : []),
  ];
}

export function reviewMarkdown(report: ReviewReport): string {
  const { engine, gaps, statements, takenAt, totals, unplanned } = report;
  const shown = statements.filter(({ severity }) => severity === 'severe' || severity === 'concern');
  const lines = [
    '## Query review',
    '',
    `${totals.planned} of ${totals.statements} statements planned by Postgres ${engine.version}, with the statistics of ${takenAt.slice(0, 10)}: ${totals.severe} severe, ${totals.concern} of concern, ${totals.note} notes, ${totals.justified} accepted with a reason.`,
    '',
    ...shown.slice(0, STATEMENTS_MAX).flatMap(reviewedSection),
    ...(shown.length > STATEMENTS_MAX ? [`And ${shown.length - STATEMENTS_MAX} more statements.`, ''] : []),
    ...(unplanned.length === 0
      ? []
      : ['### Without a plan', '', ...unplanned.map(({ name, sentence }) => item(`${cell(name)}: ${sentence}`)), '']),
    ...(gaps.length === 0
      ? []
      : ['### What of production the twin does not have', '', ...gaps.map(({ sentence }) => item(sentence)), '']),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function reviewedSection({ findings, name, plans }: ReviewedStatement): string[] {
  const open = findings.filter(({ justification, severity }) => justification === null && severity !== 'note');
  return [
    `### ${cell(name)}`,
    '',
    ...open.flatMap((one) => findingLines(one, false)),
    ...planDetails(
      'The plan',
      plans.map(({ plan }) => plan),
    ),
  ];
}

function findingLines({ cure, sentence }: Finding, isSaid: boolean): string[] {
  return [...(isSaid ? [] : [escapeText(sentence), '']), ...cureLines(cure)];
}

function cureLines({ caution, costAfter, costBefore, isVerified, kind, needsIndex, sentence, sql }: Cure): string[] {
  const isCheaper = kind === 'rewrite' && isVerified && costBefore !== null && costAfter !== null;
  const cost = isCheaper ? ` The cost falls from ${costWords(costBefore)} to ${costWords(costAfter)}.` : '';
  const texts = [needsIndex, sql].filter((text) => text !== null);
  return [
    `**Cure:** ${escapeText(sentence)}${cost}`,
    '',
    ...(texts.length === 0 ? [] : [fenced(texts.map((text) => `${text};`).join('\n\n'), 'sql'), '']),
    ...(caution === null ? [] : [`Mind: ${escapeText(caution)}`, '']),
  ];
}

function planDetails(title: string, plans: readonly ReadPlan[]): string[] {
  const drawn = plans.map((plan) => drawPlan(plan, { columns: 160 })).join('\n\n');
  return [`<details><summary>${title}</summary>`, '', fenced(drawn, ''), '', '</details>', ''];
}

/** A text may hold backticks of its own. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

const item = (text: string) => `- ${escapeText(text)}`;

/** Names of statements may be whole texts. */
function cell(text: string): string {
  return code(text.replace(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 120));
}

function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** What a table or a column is called is no markup. */
function escapeText(text: string): string {
  return text.replace(/[\\`*_<>[\]|]/g, '\\$&');
}
