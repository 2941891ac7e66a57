import { expect, test, vi } from 'vitest';
import type { ReadRows } from '../../../main/planner/snapshot/connection.ts';
import { probeInLots } from '../../../main/planner/snapshot/probe-lots.ts';

const numbers = Array.from({ length: 45 }, (_, place) => place);
const fault = (code: string) => Object.assign(new Error('refused'), { code });
const later = () => performance.now() + 60_000;

function createQuery() {
  return vi.fn(async () => []) as unknown as ReadRows;
}

test('of a lot that fails each is asked by itself, in a savepoint of its own', async () => {
  const asked: number[][] = [];
  const query = createQuery();
  const ask = async (lot: readonly number[]) => {
    asked.push([...lot]);
    if (lot.includes(21)) throw fault('57014');
  };
  expect(await probeInLots(query, numbers, { endAtMs: later(), ask })).toEqual([21]);
  expect(asked.map(({ length }) => length)).toEqual([20, 20, 5, ...Array<number>(20).fill(1)]);
  // A savepoint and the way back to it.
  expect(query).toHaveBeenCalledTimes(2 * asked.length);
});

test('what is left when the time is up is not asked', async () => {
  const ask = vi.fn(async () => undefined);
  expect(await probeInLots(createQuery(), numbers, { endAtMs: performance.now() - 1, ask })).toEqual(numbers);
  expect(ask).not.toHaveBeenCalled();
});

test.each(['08006', '57P01'])('a connection that is gone (%s) is not asked again', async (code) => {
  const ask = vi.fn(async () => Promise.reject(fault(code)));
  await expect(probeInLots(createQuery(), numbers, { endAtMs: later(), ask })).rejects.toThrow('refused');
  expect(ask).toHaveBeenCalledTimes(1);
});
