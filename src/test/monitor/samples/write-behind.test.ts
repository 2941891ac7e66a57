import { expect, test } from 'vitest';
import { WriteBehind } from '../../../main/monitor/samples/write-behind.ts';

function createWriter(rowsMax = 10, batchRows = 3) {
  const written: number[][] = [];
  const state = { isAway: false, onWrite: async () => undefined as undefined };
  const buffer = new WriteBehind<number>({
    ...{ rowsMax, batchRows },
    write: async (rows) => {
      await state.onWrite();
      if (state.isAway) throw new Error('the database is away');
      written.push([...rows]);
    },
  });
  return { buffer, state, written };
}

test('rows are written in batches, in their order', async () => {
  const { buffer, written } = createWriter();
  buffer.push(1, 2, 3, 4, 5);
  buffer.push(6, 7);
  await buffer.flush();
  expect(written).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  expect(buffer.size).toBe(0);
  await buffer.flush();
  expect(written).toHaveLength(3);
});

test('while the database is away they stay, and of too many the oldest go and are counted', async () => {
  const { buffer, state, written } = createWriter();
  state.isAway = true;
  buffer.push(1, 2, 3, 4);
  await expect(buffer.flush()).rejects.toThrow(/away/);
  expect(buffer.waiting).toEqual([1, 2, 3, 4]);
  for (let row = 5; row <= 12; row += 1) buffer.push(row);
  expect(buffer.size).toBe(10);
  expect(buffer.dropped).toBe(2);
  state.isAway = false;
  await buffer.flush();
  expect(written.flat()).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('what is being written is still waiting: nobody knows yet whether it is there', async () => {
  const { buffer, state } = createWriter();
  let release: () => void = () => undefined;
  state.onWrite = () =>
    new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
  buffer.push(1, 2);
  const flushing = buffer.flush();
  await expect.poll(() => buffer.waiting).toEqual([1, 2]);
  buffer.push(3);
  expect(buffer.waiting).toEqual([1, 2, 3]);
  expect(buffer.size).toBe(3);
  release();
  await flushing;
  expect(buffer.waiting).toEqual([3]);
});

test('two calls at once write each row once, and the second writes what came in between', async () => {
  const { buffer, state, written } = createWriter();
  state.onWrite = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return undefined;
  };
  buffer.push(1, 2);
  const first = buffer.flush();
  buffer.push(3);
  await Promise.all([first, buffer.flush()]);
  expect(written.flat()).toEqual([1, 2, 3]);
});

test('a batch that failed keeps its place before what came meanwhile', async () => {
  const { buffer, state, written } = createWriter();
  state.isAway = true;
  state.onWrite = async () => {
    buffer.push(9);
    return undefined;
  };
  buffer.push(1, 2);
  await expect(buffer.flush()).rejects.toThrow();
  expect(buffer.waiting).toEqual([1, 2, 9]);
  state.isAway = false;
  state.onWrite = async () => undefined;
  await buffer.flush();
  expect(written.flat()).toEqual([1, 2, 9]);
});
