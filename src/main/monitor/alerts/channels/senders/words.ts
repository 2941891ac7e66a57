/** An alert in words: what each channel that is read by people says. */

import type { Alert, Severity } from '../../schema.ts';
import type { Message } from './sender.ts';

const urgencies: Readonly<Record<Severity, string>> = {
  page: 'Users are hurt, or about to be.',
  ticket: 'It can wait until working hours, not longer.',
  note: 'For the record.',
};

export interface MessageWords {
  /** One line, without the application's name. */
  readonly title: string;
  readonly sentence: string;
  /** Name and value, in the order of their weight. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

export function wordsOf({ alert, change }: Message): MessageWords {
  const { count, resolvedAt, ruleName, scope, sentence, severity, startedAt } = alert;
  const facts: [string, string][] = [];
  if (scope !== '') facts.push(['Where', scope]);
  const measured = measure(alert);
  if (measured) facts.push(['Measured', measured]);
  facts.push(['Since', toMinute(startedAt)]);
  if (change === 'resolved') {
    const lasted = resolvedAt === null ? undefined : duration(Date.parse(resolvedAt) - Date.parse(startedAt));
    if (lasted) facts.push(['Lasted', lasted]);
    return { title: `Over: ${ruleName}`, sentence, facts };
  }
  if (count > 1) facts.push(['Of its kind', String(count)]);
  if (change === 'test') return { title: 'Test', sentence, facts: [] };
  facts.push(['Urgency', urgencies[severity]]);
  return {
    title: `${severity === 'page' ? 'Page' : severity === 'ticket' ? 'Ticket' : 'Note'}: ${ruleName}`,
    sentence,
    facts,
  };
}

function measure({ threshold, unit, value }: Alert): string | undefined {
  if (value === null) return undefined;
  const of = (number: number) => [digits(number), unit].filter((part) => part !== '').join(' ');
  return threshold === null ? of(value) : `${of(value)}, against ${of(threshold)}`;
}

function digits(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6, useGrouping: false });
}

function toMinute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** In the largest two units. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = units.findIndex(([amount]) => amount > 0);
  if (first === -1) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}
