/** When nothing is sent: a span of time, or certain times of each week within it. */

import type { Alert } from '../schema.ts';
import { invalidSilence } from './errors.ts';
import type { NewSilence, Silence } from './schema.ts';

type Weekly = NonNullable<Silence['weekly']>;

const MINUTES_PER_DAY = 1_440;
const DAYS_PER_WEEK = 7;
const weekdays: Readonly<Record<string, number>> = { Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6, Sun: 7 };

/** The silence under which an alert is not sent at that moment; undefined where it is. */
export function findSilence(silences: readonly Silence[], alert: Alert, nowMs: number): Silence | undefined {
  return silences.find((silence) => matches(silence, alert) && isInForce(silence, nowMs));
}

function matches({ ruleId, scope }: Silence, alert: Alert): boolean {
  return (ruleId === null || ruleId === alert.ruleId) && (scope === null || scope === alert.scope);
}

export function isInForce({ from, until, weekly }: Silence, nowMs: number): boolean {
  if (nowMs < Date.parse(from) || (until !== null && nowMs >= Date.parse(until))) return false;
  return weekly === null || isInWeek(weekly, nowMs);
}

/** By the wall clock of its zone: where that is put back or forward, a window is an hour longer or shorter. */
function isInWeek({ days, minutes, startsAt, timeZone }: Weekly, nowMs: number): boolean {
  const { day, minute } = wallClock(nowMs, timeZone);
  const [hours = 0, rest = 0] = startsAt.split(':').map(Number);
  const start = hours * 60 + rest;
  const yesterday = day === 1 ? DAYS_PER_WEEK : day - 1;
  const isToday = days.includes(day) && minute >= start && minute < start + minutes;
  // A window may go on past midnight.
  return isToday || (days.includes(yesterday) && minute + MINUTES_PER_DAY < start + minutes);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wallClock(nowMs: number, timeZone: string): { day: number; minute: number } {
  let format = formats.get(timeZone);
  if (!format) {
    format = createFormat(timeZone);
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  return { day: weekdays[parts.weekday ?? ''] ?? 0, minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

/** @throws RangeError where there is no such zone */
function createFormat(timeZone: string): Intl.DateTimeFormat {
  const shape = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat('en-US', { ...shape, timeZone });
}

/** @throws AppError invalid_silence, with a sentence that says what is wrong */
export function checkSilence(given: NewSilence, nowMs: number): Omit<Silence, 'id'> {
  const { reason, ruleId = null, scope = null, until = null, weekly = null } = given;
  const from = new Date(given.from === undefined ? nowMs : Date.parse(given.from)).toISOString();
  if (until === null && weekly === null) {
    throw invalidSilence('A silence ends at some time: give until, or the times of each week.');
  }
  if (until !== null && Date.parse(until) <= Math.max(nowMs, Date.parse(from))) {
    throw invalidSilence('A silence ends after it has begun, and not in the past.');
  }
  if (weekly) checkZone(weekly.timeZone);
  return {
    ...{ reason, ruleId, scope, from, weekly },
    until: until === null ? null : new Date(until).toISOString(),
  };
}

function checkZone(timeZone: string): void {
  try {
    createFormat(timeZone);
  } catch {
    throw invalidSilence(`${timeZone} is no time zone. Give one such as Europe/Vienna, or UTC.`);
  }
}
