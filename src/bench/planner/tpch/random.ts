/** Numbers that look random and are the same from run to run: xorshift128 over 32-bit words. */

export interface Random {
  /** From `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<Item>(list: readonly Item[]): Item;
}

export function createRandom(seed: number): Random {
  let [a, b, c, d] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 0xb7e15162 | 0];
  const next = (): number => {
    const turned = d ^ (d << 11);
    [d, c, b] = [c, b, a];
    a = a ^ (a >>> 19) ^ turned ^ (turned >>> 8);
    return a >>> 0;
  };
  // The first words still show the seed.
  for (let turn = 0; turn < 32; turn += 1) next();
  const between = (low: number, high: number) => low + Math.floor((next() / 4_294_967_296) * (high - low + 1));
  return {
    between,
    pick: (list) => list[between(0, list.length - 1)] as (typeof list)[number],
  };
}
