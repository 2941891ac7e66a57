// Alerts and their rules in words: how urgent, how much, how long, and by what they are raised.
import type { Alert, AlertRule, Severity } from '../../../client/index.ts';
import { spanWords } from '../../components/clock-words.ts';

interface SeverityWords {
  readonly label: string;
  readonly means: string;
}

const severities: Record<Severity, SeverityWords> = {
  page: { label: 'Page', means: 'Users are hurt, or about to be.' },
  ticket: { label: 'Ticket', means: 'For today: nobody is hurt yet.' },
  note: { label: 'Note', means: 'Stands in the list and on timelines; nobody is told.' },
};

export function severityWords(severity: Severity): SeverityWords {
  return severities[severity] ?? { label: severity, means: '' };
}

export const severityOptions = (['page', 'ticket', 'note'] as const).map((value) => ({
  value,
  ...severities[value],
}));

/** Red is for what hurts now, amber for what may; what is over has no colour. */
export function alertTone({ severity, state }: Pick<Alert, 'severity' | 'state'>): 'plain' | 'warn' | 'bad' {
  if (state === 'resolved' || severity === 'note') return 'plain';
  return severity === 'page' ? 'bad' : 'warn';
}

const BYTES = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** A figure with its unit: "97 % of the limit", "3.5 s", "1.2 GB", "0.4 a second", "12 sessions". */
export function figureWords(value: number, unit: string): string {
  if (unit === 'ms') return value < 1_000 ? `${digits(value)} ms` : spanWords(value);
  if (unit === 's') return spanWords(value * 1_000);
  if (unit === 'bytes') return bytesWords(value);
  if (unit === 'share') return `${digits(value * 100)} %`;
  if (unit.startsWith('of ')) return `${digits(value * 100)} % ${unit}`;
  return `${digits(value)} ${unit}`.trim();
}

function digits(value: number): string {
  const size = Math.abs(value);
  return Number(value.toFixed(size >= 10 ? 0 : size >= 1 ? 1 : 2)).toLocaleString('en-GB');
}

function bytesWords(value: number): string {
  const power = Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(value))) / 10)));
  return `${digits(value / 1024 ** power)} ${BYTES[power]}`;
}

/** "for 40 s" while it fires, "lasted 4 min 12 s" once it is over. */
export function firedWords({ resolvedAt, startedAt }: Pick<Alert, 'resolvedAt' | 'startedAt'>, nowMs: number): string {
  const from = Date.parse(startedAt);
  return resolvedAt === null
    ? `for ${spanWords(Math.max(0, nowMs - from))}`
    : `lasted ${spanWords(Date.parse(resolvedAt) - from)}`;
}

/** By what a rule speaks: "Above 90 % of the limit for 30 s". */
export function ruleConditionWords(
  rule: Pick<AlertRule, 'direction' | 'forSeconds' | 'kind' | 'threshold' | 'unit'>,
): string {
  const { direction, forSeconds, kind, threshold, unit } = rule;
  const lasting = forSeconds > 0 ? ` for ${spanWords(forSeconds * 1_000).replace('.0 s', ' s')}` : '';
  if (kind === 'event') return forSeconds > 0 ? `When it lasts${lasting}` : 'As soon as it happens';
  if (kind === 'burn') return 'When errors use up too much of what a month allows, over a long and a short window';
  if (kind === 'baseline') return `Far ${direction} what is usual at this hour${lasting}`;
  const bound = threshold === null ? 'its bound' : figureWords(threshold, unit);
  return `${direction === 'above' ? 'Above' : 'Below'} ${bound}${lasting}`;
}

export const feedbackOptions = [
  { value: 'useful', label: 'Useful', means: 'It was worth telling.' },
  { value: 'noise', label: 'Noise', means: 'Nobody needed to know. The rule will be less sensitive.' },
  { value: 'expected', label: 'Expected', means: 'It was planned, such as a batch at night.' },
] as const;

export type GivenFeedback = (typeof feedbackOptions)[number]['value'];

const feedbackLabels: Record<NonNullable<Alert['feedback']>, string> = {
  useful: 'Useful',
  noise: 'Noise',
  expected: 'Expected',
  missed: 'Missed',
};

export function feedbackWords(feedback: NonNullable<Alert['feedback']>): string {
  return feedbackLabels[feedback] ?? feedback;
}
