// When a silence holds, in words.
import type { Silence } from '../../../client/index.ts';
import { absoluteTime } from '../../components/time-words.ts';

const DAYS = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'];
export const shortDays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const WORKDAYS = '1,2,3,4,5';
const WEEKEND = '6,7';
const ALL_DAYS = 7;

/** "Tuesdays and Fridays at 02:00 for 90 min (Europe/Vienna)", or "23 Nov 14:00 until 23 Nov 15:00". */
export function whenWords({ from, until, weekly }: Pick<Silence, 'from' | 'until' | 'weekly'>, nowMs: number): string {
  if (weekly) {
    const { days, minutes, startsAt, timeZone } = weekly;
    const times = `${daysWords(days)} at ${startsAt} for ${minutesWords(minutes)} (${timeZone})`;
    return until === null ? times : `${times}, until ${absoluteTime(until, nowMs)}`;
  }
  const begin = absoluteTime(from, nowMs);
  return until === null ? `from ${begin} on, until it is ended` : `${begin} until ${absoluteTime(until, nowMs)}`;
}

function daysWords(days: readonly number[]): string {
  const ordered = days.toSorted((one, other) => one - other);
  if (ordered.length === ALL_DAYS) return 'Every day';
  if (ordered.join() === WORKDAYS) return 'Mondays to Fridays';
  if (ordered.join() === WEEKEND) return 'Saturdays and Sundays';
  const names = ordered.map((day) => DAYS[day - 1] ?? '');
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '');
}

function minutesWords(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}

export type SilenceState = 'now' | 'later' | 'over';

/** Whether it holds now, as far as its dates say; a weekly one is looked at by its hours too. */
export function silenceState(
  { from, until, weekly }: Pick<Silence, 'from' | 'until' | 'weekly'>,
  nowMs: number,
): SilenceState {
  if (until !== null && Date.parse(until) <= nowMs) return 'over';
  if (Date.parse(from) > nowMs) return 'later';
  return weekly === null || isWithin(weekly, nowMs) ? 'now' : 'later';
}

const MINUTES_A_DAY = 1440;

/** A night that began yesterday goes on after midnight. */
function isWithin({ days, minutes, startsAt, timeZone }: NonNullable<Silence['weekly']>, nowMs: number): boolean {
  const here = zoned(nowMs, timeZone);
  if (here === null) return false;
  const [hour = '0', minute = '0'] = startsAt.split(':');
  const begin = Number(hour) * 60 + Number(minute);
  const yesterday = here.day === 1 ? ALL_DAYS : here.day - 1;
  const isToday = days.includes(here.day) && here.minute >= begin && here.minute < begin + minutes;
  return isToday || (days.includes(yesterday) && here.minute + MINUTES_A_DAY < begin + minutes);
}

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function zoned(nowMs: number, timeZone: string): { day: number; minute: number } | null {
  try {
    const parts = new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    }).formatToParts(new Date(nowMs));
    const read = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
    return { day: dayNames.indexOf(read('weekday')) + 1, minute: Number(read('hour')) * 60 + Number(read('minute')) };
  } catch {
    // A zone that this browser does not know.
    return null;
  }
}
