/** How long each step took: opened, detected, cause named, contained, closed; and the span in which users were hurt. */

import type { IncidentFacts } from '../incident-facts.ts';
import { blocks, cell, table } from '../markdown-text.ts';
import { clockWords, offsetWords, spanWords } from '../words.ts';

export function durationWords(facts: IncidentFacts): string {
  const { detail, since } = facts;
  const { closedAt, containedAt, detectedAt, namedAt, openedAt } = detail.incident;
  const steps: [string, string | null][] = [
    ['Detected', detectedAt],
    ['Opened', openedAt],
    ['Cause named', namedAt],
    ['Contained', containedAt],
    ['Closed', closedAt],
  ];
  const known = steps.flatMap(([name, at]) => (at === null ? [] : [{ name, at }]));
  known.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const rows = known.map(({ at, name }) => [cell(name), clockWords(at), offsetWords(since(at))]);
  return blocks(totalWords(facts), table(['step', 'UTC', 'from its opening'], 'lrr', rows), hurtWords(facts));
}

function totalWords({ detail, lastedMs }: IncidentFacts): string {
  const { containedAt, namedAt, openedAt } = detail.incident;
  const parts: string[] = [];
  const fromMs = Date.parse(openedAt);
  const part = (at: string | null, what: string) => {
    if (at !== null && Date.parse(at) - fromMs >= 500) parts.push(`${spanWords(Date.parse(at) - fromMs)} to ${what}`);
  };
  part(namedAt, 'the name of its cause');
  part(containedAt, 'its containment');
  const whole = lastedMs === null ? 'It is still open' : `It lasted ${spanWords(lastedMs)}`;
  return parts.length === 0 ? `${whole}.` : `${whole}: ${parts.join(', ')}.`;
}

function hurtWords({ hurt, stepMs }: IncidentFacts): string {
  if (!hurt) return '';
  const within = stepMs > 1_500 ? ` (to within ${spanWords(stepMs)}, as it was measured)` : '';
  return `Users were hurt from ${clockWords(hurt.fromMs)} to ${clockWords(hurt.untilMs)} UTC, ${spanWords(hurt.untilMs - hurt.fromMs)} from the first to the last${within}.`;
}
