/** A postmortem as one Markdown file: the sections in the order of a report, the measures between resolution and what is unknown. */

import { blocks, bullets, code, codeBlock, prose } from './markdown-text.ts';
import type { Measure, Postmortem, Section } from './schema.ts';
import { asSentence, clockWords, dayWords, instantWords } from './words.ts';

const STATES = { holds: 'holds', does_not_hold: 'does not hold', cannot_tell: 'cannot be told' } as const;

export interface MarkdownOptions {
  /** Where a plot goes into the text; left out, plots are named only, since Markdown cannot hold them. */
  plotText?: (key: string) => string;
}

export function toMarkdown(postmortem: Postmortem, { plotText }: MarkdownOptions = {}): string {
  const { plots, sections, title } = postmortem;
  const plotsOf = (keys: readonly string[]) =>
    plotText ? plots.filter(({ key }) => keys.includes(key)).map(({ key }) => plotText(key)) : [];
  const parts = sections.flatMap((section) => {
    const before = section.key === 'unknown' ? [measureSections(postmortem.measures)] : [];
    const after =
      section.key === 'impact'
        ? plotsOf(['hurt', 'times'])
        : section.key === 'cause'
          ? plotsOf(['pool', 'waiting'])
          : [];
    return [...before, sectionText(section), ...after];
  });
  const hasUnknown = sections.some(({ key }) => key === 'unknown');
  const rest = hasUnknown ? [] : [measureSections(postmortem.measures)];
  return `${blocks(`# ${prose(title)}`, headWords(postmortem), ...parts, ...rest)}\n`;
}

function headWords({ sections, version, writtenAt, writtenBy }: Postmortem): string {
  const by = writtenBy === null ? 'from the data, by Aquifer' : 'by an operator';
  const edited = sections.filter(({ isEdited }) => isEdited).map(({ title }) => title);
  const changed = edited.length === 0 ? '' : ` Changed by hand: ${edited.join(', ')}.`;
  return `*Version ${version}, written ${instantWords(writtenAt)}, ${by}.${changed}*`;
}

function sectionText({ markdown, title }: Section): string {
  return blocks(`## ${title}`, markdown.trim());
}

function measureSections(measures: readonly Measure[]): string {
  const of = (kind: Measure['kind']) => measures.filter((one) => one.kind === kind);
  const part = (title: string, found: readonly Measure[], none: string) =>
    blocks(`## ${title}`, ...(found.length === 0 ? [none] : found.map(measureText)));
  return blocks(
    part('Corrective measures', of('corrective'), 'None follows from the data.'),
    part('Preventive measures', of('preventive'), 'None follows from the data.'),
  );
}

function measureText(measure: Measure, index: number): string {
  const { check, detail, evidence, sentence } = measure;
  const told = check
    ? `Checked ${instantWords(check.checkedAt)}: it ${STATES[check.state]}. ${prose(asSentence(check.sentence))}`
    : '';
  const isSql = detail !== null && /^(create|alter|select|analyze|set|drop|grant|revoke)\b/i.test(detail);
  return blocks(
    `### ${index + 1}. ${prose(asSentence(sentence))}`,
    `${doneWords(measure)}${told === '' ? '' : ` ${told}`}`,
    detail === null ? '' : isSql ? codeBlock(detail, 'sql') : code(detail),
    evidence.length > 0 && blocks('Why:', bullets(evidence.map((one) => prose(asSentence(one))))),
  );
}

function doneWords({ doneAt, isDone, isOwn }: Measure): string {
  const added = isOwn ? ' Added by an operator.' : '';
  if (!isDone) return `**Open.**${added}`;
  return `**Done**${doneAt === null ? '' : ` on ${dayWords(doneAt)}, ${clockWords(doneAt)} UTC`}.${added}`;
}
