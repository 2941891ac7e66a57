/** Axes: round numbers from zero, round instants, and labels pushed apart where they would cover each other. */

const STEPS = [1, 2, 2.5, 5, 10];
const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400];

/** Ticks from 0 up to or just above `most`, about `wanted` of them. */
export function ticksUpTo(most: number, wanted: number): number[] {
  if (!(most > 0)) return [0, 1];
  const raw = most / wanted;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = (STEPS.find((one) => one * magnitude >= raw) ?? 10) * magnitude;
  const count = Math.max(1, Math.ceil(most / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Round instants within a span, about `wanted` of them. */
export function timeTicks(fromMs: number, toMs: number, wanted: number): number[] {
  const raw = (toMs - fromMs) / 1_000 / wanted;
  const stepMs = (TIME_STEPS_S.find((one) => one >= raw) ?? 86_400) * 1_000;
  const first = Math.ceil(fromMs / stepMs) * stepMs;
  const count = Math.max(0, Math.floor((toMs - first) / stepMs) + 1);
  return Array.from({ length: count }, (_, index) => first + index * stepMs);
}

/** Places along an axis, at least `apart`, as near to where they belong as may be; the order stays. */
export function spreadOut(places: readonly number[], apart: number, bounds: readonly [number, number]): number[] {
  const order = places.map((_, index) => index).sort((a, b) => (places[a] as number) - (places[b] as number));
  const spread = [...places];
  let free = bounds[0];
  for (const index of order) {
    spread[index] = Math.max(spread[index] as number, free);
    free = (spread[index] as number) + apart;
  }
  let limit = bounds[1];
  for (const index of order.reverse()) {
    spread[index] = Math.min(spread[index] as number, limit);
    limit = (spread[index] as number) - apart;
  }
  return spread;
}
