// Sorts events, newest first as they come, into the days of the reader's own zone.

export interface Dated {
  readonly at: string;
}

export interface Day<Event extends Dated> {
  /** "2026-11-23", for lists. */
  readonly key: string;
  /** The newest moment of the day. */
  readonly at: string;
  readonly events: readonly Event[];
}

export function byDay<Event extends Dated>(events: readonly Event[]): readonly Day<Event>[] {
  const days = new Map<string, Event[]>();
  for (const event of events) {
    const key = dayKey(new Date(event.at));
    const day = days.get(key);
    if (day) day.push(event);
    else days.set(key, [event]);
  }
  return [...days].map(([key, ofDay]) => ({ key, at: ofDay[0]?.at ?? '', events: ofDay }));
}

function dayKey(time: Date): string {
  return `${time.getFullYear()}-${time.getMonth() + 1}-${time.getDate()}`;
}
