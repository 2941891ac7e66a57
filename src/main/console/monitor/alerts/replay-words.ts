// By how much a threshold moves, as one says it.

/** "as shipped → 28 % higher": a factor of 1 is what was shipped. */
export function factorWords(before: number, after: number): string {
  return `${oneFactor(before)} → ${oneFactor(after)}`;
}

function oneFactor(factor: number): string {
  const percent = Math.round((factor - 1) * 100);
  if (percent === 0) return 'as shipped';
  return percent > 0 ? `${percent} % higher` : `${-percent} % lower`;
}
