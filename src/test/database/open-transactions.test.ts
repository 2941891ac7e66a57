import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database, statement } from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const logger = createLogger({ level: 'silent' });
const lane = 'interactive';
const insert = statement<[number]>({
  ...{ name: 'test.joinInsert', lane, deadlineMs: 5_000 },
  text: 'insert into public.joined (n) values ($1)',
});
const list = statement<[], { n: number }>({
  ...{ name: 'test.joinList', lane, deadlineMs: 5_000, unindexedBecause: 'it is small' },
  text: 'select n from public.joined order by n',
});
const nap = statement<[number], { done: string }>({
  ...{ name: 'test.joinNap', lane, deadlineMs: 5_000 },
  text: 'select pg_sleep($1)::text as done',
});
const whole = { lane, deadlineMs: 5_000, name: 'test.whole' } as const;
const part = { ...whole, name: 'test.part', join: true } as const;

let target: TestDatabase;
let database: Database;
beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
  database = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
  await database.transaction(whole, (tx) => tx.define('test.joinTable', 'create table public.joined (n int not null)'));
});
afterAll(async () => {
  await database.close(1_000);
  await target.drop();
});
beforeEach(() => database.transaction(whole, (tx) => tx.define('test.joinEmpty', 'truncate public.joined')));

const kept = async () => (await database.query(list, [])).map(({ n }) => n);
const add = (n: number) => database.transaction(part, (tx) => tx.execute(insert, [n]));
const addAndFail = (n: number) =>
  database.transaction(part, async (tx) => {
    await tx.execute(insert, [n]);
    throw new Error('on purpose');
  });

describe('a transaction that joins', () => {
  test('is a part of the outer one: on its connection, kept with it, lost with it', async () => {
    await database.transaction(whole, async (tx) => {
      await tx.execute(insert, [1]);
      await add(2);
      expect(database.listLeases()).toHaveLength(1);
      expect(await tx.query(list, [])).toEqual([{ n: 1 }, { n: 2 }]);
    });
    expect(await kept()).toEqual([1, 2]);
    const lost = database.transaction(whole, async () => {
      await add(3);
      throw new Error('later');
    });
    await expect(lost).rejects.toThrow('later');
    expect(await kept()).toEqual([1, 2]);
  });

  test('is one of its own where there is none to join', async () => {
    await add(1);
    await expect(addAndFail(2)).rejects.toThrow('on purpose');
    expect(await kept()).toEqual([1]);
  });

  test('fails by itself: the outer one catches that and goes on', async () => {
    await database.transaction(whole, async (tx) => {
      await tx.execute(insert, [1]);
      await expect(addAndFail(2)).rejects.toThrow('on purpose');
      await expect(
        database.transaction(part, (inner) => inner.query(nap, ['x' as unknown as number])),
      ).rejects.toMatchObject({ code: 'value_malformed' });
      await tx.execute(insert, [3]);
    });
    expect(await kept()).toEqual([1, 3]);
  });

  test('also where its time is over, and within its own parts', async () => {
    await database.transaction(whole, async (tx) => {
      const late = database.transaction({ ...part, deadlineMs: 100 }, async (inner) => {
        await inner.execute(insert, [1]);
        await inner.query(nap, [3]);
      });
      await expect(late).rejects.toMatchObject({ code: 'deadline_exceeded' });
      await database.transaction(part, async (inner) => {
        await inner.execute(insert, [2]);
        await addAndFail(3).catch(() => undefined);
        await add(4);
      });
      await tx.execute(insert, [5]);
    });
    expect(await kept()).toEqual([2, 4, 5]);
  });

  test('those started together go one after another, and are ended before the outer one, awaited or not', async () => {
    await database.transaction(whole, async () => {
      const some = await Promise.allSettled([add(1), addAndFail(2), add(3), addAndFail(4)]);
      expect(some.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
      void database.transaction(part, async (inner) => {
        await inner.query(nap, [0.1]);
        await inner.execute(insert, [5]);
      });
    });
    expect(await kept()).toEqual([1, 3, 5]);
  });

  test('does not join what has ended by then', async () => {
    let later: Promise<number> | undefined;
    await database.transaction(whole, async () => {
      later = (async () => {
        await sleep(100);
        return add(7);
      })();
    });
    expect(await later).toBe(1);
    expect(await kept()).toEqual([7]);
  });

  test('one that swallowed an error of its own is not taken for kept', async () => {
    await database.transaction(whole, async (tx) => {
      const careless = database.transaction(part, async (inner) => {
        await inner.execute(insert, [1]);
        await inner.query(nap, ['x' as unknown as number]).catch(() => undefined);
      });
      await expect(careless).rejects.toMatchObject({ kind: 'internal' });
      await tx.execute(insert, [2]);
    });
    expect(await kept()).toEqual([2]);
  });
});
