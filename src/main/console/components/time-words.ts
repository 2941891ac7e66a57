// Times as people say them: how long ago, and exactly when.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "3 min ago", "in 2 days". Coarse on purpose: the exact time stands beside it. */
export function relativeTime(iso: string, nowMs: number): string {
  const seconds = Math.round((nowMs - Date.parse(iso)) / 1000);
  if (Number.isNaN(seconds)) return '';
  const span = spanWords(Math.abs(seconds));
  if (span === null) return 'just now';
  return seconds >= 0 ? `${span} ago` : `in ${span}`;
}

function spanWords(seconds: number): string | null {
  if (seconds < 10) return null;
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h`;
  const days = Math.floor(seconds / DAY);
  if (days < 60) return days === 1 ? '1 day' : `${days} days`;
  if (days < 730) return `${Math.floor(days / 30)} months`;
  return `${Math.floor(days / 365)} years`;
}

/** "23 Nov 06:45", with the year only when it is another one. In the reader's own zone. */
export function absoluteTime(iso: string, nowMs: number): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return '';
  const isThisYear = time.getFullYear() === new Date(nowMs).getFullYear();
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...(isThisYear ? {} : { year: 'numeric' }),
  })
    .format(time)
    .replace(',', '');
}

/** The whole truth, zone included, for a tooltip. */
export function exactTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' }).format(time);
}

/** How long something has run: "4 min", "3 h 12 min", "9 days 4 h". */
export function durationWords(seconds: number): string {
  if (seconds < MINUTE) return `${Math.floor(seconds)} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < DAY) return two(seconds, [HOUR, 'h'], [MINUTE, 'min']);
  const days = Math.floor(seconds / DAY);
  return two(seconds, [DAY, days === 1 ? 'day' : 'days'], [HOUR, 'h']);
}

type Unit = readonly [seconds: number, name: string];

function two(seconds: number, [big, bigName]: Unit, [small, smallName]: Unit): string {
  const rest = Math.floor((seconds % big) / small);
  const first = `${Math.floor(seconds / big)} ${bigName}`;
  return rest === 0 ? first : `${first} ${rest} ${smallName}`;
}
