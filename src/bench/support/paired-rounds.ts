/**
 * Two contenders in turn, A B A B …, so that a machine whose speed drifts treats both alike. The ratio is taken round by
 * round, and its median is what may be quoted.
 */

export interface PairedResult {
  aMedian: number;
  bMedian: number;
  ratios: number[];
  ratioMedian: number;
}

export interface PairedOptions {
  rounds: number;
  /** Each returns the figure to compare, where more is better. */
  a: (round: number) => Promise<number>;
  b: (round: number) => Promise<number>;
  onRound?: (line: string) => void;
}

export async function runPaired({ rounds, a, b, onRound }: PairedOptions): Promise<PairedResult> {
  const pairs: { a: number; b: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const pair = { a: await a(round), b: await b(round) };
    pairs.push(pair);
    onRound?.(
      `round ${round + 1}: ${pair.a.toFixed(0)} against ${pair.b.toFixed(0)}, ratio ${(pair.a / pair.b).toFixed(3)}`,
    );
  }
  const ratios = pairs.map((pair) => pair.a / pair.b);
  return {
    aMedian: median(pairs.map((pair) => pair.a)),
    bMedian: median(pairs.map((pair) => pair.b)),
    ratios,
    ratioMedian: median(ratios),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
