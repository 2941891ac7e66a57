/** Axes: round numbers at even distances, from zero. */

const STEPS = [1, 2, 2.5, 5, 10];

/** Ticks from 0 up to or just above `most`, about `wanted` of them. */
export function ticksUpTo(most: number, wanted: number): number[] {
  if (!(most > 0)) return [0, 1];
  const raw = most / wanted;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = (STEPS.find((one) => one * magnitude >= raw) ?? 10) * magnitude;
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Texts' places along an axis, pushed apart where they would cover each other; the order stays. */
export function spreadOut(places: readonly number[], apart: number, least: number, most: number): number[] {
  const order = places.map((_, index) => index).sort((a, b) => (places[a] as number) - (places[b] as number));
  const spread = [...places];
  let free = least;
  for (const index of order) {
    spread[index] = Math.max(spread[index] as number, free);
    free = (spread[index] as number) + apart;
  }
  let limit = most;
  for (const index of order.reverse()) {
    spread[index] = Math.min(spread[index] as number, limit);
    limit = (spread[index] as number) - apart;
  }
  return spread;
}
