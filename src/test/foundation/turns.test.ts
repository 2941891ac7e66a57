import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { mapInTurns, Turns } from '../../main/foundation/turns.ts';

function work(lastsMs: number): void {
  const endAtMs = performance.now() + lastsMs;
  while (performance.now() < endAtMs);
}

/** How many turns others had meanwhile. */
async function turnsDuring(run: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const others = (async () => {
    while (!isOver) {
      await nextTurn();
      turns += 1;
    }
  })();
  await run();
  isOver = true;
  const found = turns;
  await others;
  return found;
}

describe('long work in pieces', () => {
  test('leaves others their turn every few milliseconds', async () => {
    const pieces = Array.from({ length: 20 }, (_, place) => place);
    const work20 = (piece: number) => {
      work(5);
      return piece * 2;
    };
    expect(await turnsDuring(async () => pieces.map(work20))).toBeLessThan(3);
    let doubled: number[] = [];
    const turns = await turnsDuring(async () => {
      doubled = await mapInTurns(pieces, work20);
    });
    expect(turns).toBeGreaterThanOrEqual(20);
    expect(doubled).toEqual(pieces.map((piece) => piece * 2));
  });

  test('gives none away while it is quick', async () => {
    const turns = new Turns();
    let hasTurned = false;
    setImmediate(() => {
      hasTurned = true;
    });
    await turns.give();
    expect(hasTurned).toBe(false);
    work(10);
    await turns.give();
    expect(hasTurned).toBe(true);
  });

  test('ends with the first error', async () => {
    const seen: number[] = [];
    const failing = mapInTurns([1, 2, 3], (one) => {
      seen.push(one);
      if (one === 2) throw new Error('two');
    });
    await expect(failing).rejects.toThrow('two');
    expect(seen).toEqual([1, 2]);
  });
});
