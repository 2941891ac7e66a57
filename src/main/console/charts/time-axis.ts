// Times under a chart: as much of the clock as the distance between two of them needs.

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;

const seconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const minutes = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayAndMinute = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
});

/**
 * @param ticks seconds since the epoch
 * @param stepSeconds the distance between two of them
 */
export function tickWords(ticks: readonly number[], stepSeconds: number): string[] {
  return ticks.map((tick) => {
    const time = new Date(tick * 1000);
    if (stepSeconds < MINUTE_SECONDS) return seconds.format(time);
    if (stepSeconds < DAY_SECONDS) return isMidnight(time) ? days.format(time) : minutes.format(time);
    return days.format(time);
  });
}

/** A moment under the pointer: seconds within an hour, the day as well where the chart is longer than one. */
export function momentWords(atSeconds: number, spanSeconds: number): string {
  const time = new Date(atSeconds * 1000);
  if (spanSeconds > DAY_SECONDS) return dayAndMinute.format(time).replace(',', '');
  return (spanSeconds > 6 * 60 * MINUTE_SECONDS ? minutes : seconds).format(time);
}

function isMidnight(time: Date): boolean {
  return time.getHours() === 0 && time.getMinutes() === 0;
}
