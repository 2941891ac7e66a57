// Where each series' name goes: at its end, moved apart where two would lie on each other.

export interface EndLabel {
  readonly label: string;
  /** Where the series ends, in pixels from the top. */
  readonly y: number;
}

/** Keeps the order and the nearest free place; the lowest label never falls below `bottom`. */
export function placeLabels(labels: readonly EndLabel[], lineHeight: number, bottom: number): EndLabel[] {
  const placed = labels.toSorted((one, other) => one.y - other.y).map((one) => ({ ...one }));
  for (let index = 1; index < placed.length; index += 1) {
    const [above, here] = [placed[index - 1], placed[index]];
    if (above && here) here.y = Math.max(here.y, above.y + lineHeight);
  }
  let limit = bottom;
  for (const here of placed.toReversed()) {
    here.y = Math.min(here.y, limit);
    limit = here.y - lineHeight;
  }
  return placed;
}
