// What happened beside the figures: deploys, incidents, changed plans; drawn as thin vertical marks on every chart.

export type MarkKind = 'deploy' | 'incident' | 'plan' | 'picked';

export interface Mark {
  /** Seconds since the epoch. */
  readonly at: number;
  /** Short: it stands beside the line where there is room for it. */
  readonly label: string;
  readonly kind?: MarkKind | undefined;
  /** Where it lasted: until when, in seconds; null while it goes on. */
  readonly until?: number | null | undefined;
}

export interface MarkLook {
  readonly color: string;
  readonly dash: readonly number[];
}

/** Told apart by the line as well as by colour. */
export function markLook(kind: MarkKind | undefined): MarkLook {
  if (kind === 'incident') return { color: '--bad', dash: [] };
  if (kind === 'deploy') return { color: '--ink-faint', dash: [4, 3] };
  if (kind === 'plan') return { color: '--ink-faint', dash: [1, 3] };
  if (kind === 'picked') return { color: '--water', dash: [] };
  return { color: '--line-strong', dash: [] };
}

/** The mark that is meant by a pointer at `at`: the nearest within `tolerance` seconds, or null. */
export function nearestMark(marks: readonly Mark[], at: number, tolerance: number): Mark | null {
  let best: Mark | null = null;
  let bestDistance = tolerance;
  for (const mark of marks) {
    const distance = Math.abs(mark.at - at);
    if (mark.label === '' || distance > bestDistance) continue;
    best = mark;
    bestDistance = distance;
  }
  return best;
}

export interface PlacedMark {
  readonly mark: Mark;
  readonly x: number;
  /** How far its label may reach before the next mark begins, in pixels. */
  readonly room: number;
}

/** Where each mark stands, from left to right; those outside of the chart are left out. */
export function placeMarks(marks: readonly Mark[], toX: (at: number) => number, right: number): PlacedMark[] {
  const ordered = marks
    .map((mark) => ({ mark, x: toX(mark.at) }))
    .filter(({ x }) => x >= 0 && x <= right)
    .toSorted((one, other) => one.x - other.x);
  return ordered.map(({ mark, x }, index) => ({ mark, x, room: (ordered[index + 1]?.x ?? right) - x }));
}
