import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useLibraryPool } from '../../support/library-pool.ts';

const library = useLibraryPool({ max: 2 });
beforeAll(async () => {
  await library.pool.query('create table numbers (n int primary key)');
});
afterEach(() => library.expectAtRest());

const SERIES = 'select n from generate_series(1, $1::int) as n';
const answers = async () => expect((await library.pool.query('select 1 as a')).rows).toEqual([{ a: 1 }]);

describe('pg-cursor', () => {
  test('reads a part at a time, and closes', async () => {
    const client = await library.pool.connect();
    const cursor = client.query(new Cursor(SERIES, [10]));
    expect(await cursor.read(3)).toHaveLength(3);
    expect(await cursor.read(100)).toHaveLength(7);
    expect(library.pool.listLeases()[0]?.statement).toBe('select n from generate_series(?, ?::int) as n');
    await cursor.close();
    client.release();
    await answers();
  });

  test('says what Postgres said', async () => {
    const client = await library.pool.connect();
    const cursor = client.query(new Cursor('select 1 / (n - 3) from generate_series(1, 10) as n'));
    await expect(cursor.read(10)).rejects.toMatchObject({ code: '22012' });
    client.release();
    await answers();
  });

  test('left open at release, it costs its connection, and nobody else waits behind it', async () => {
    for (let n = 0; n < 2; n += 1) {
      const client = await library.pool.connect();
      const cursor = client.query(new Cursor(SERIES, [10_000]));
      await cursor.read(1);
      client.release();
    }
    const startedAtMs = performance.now();
    await answers();
    expect(performance.now() - startedAtMs).toBeLessThan(3_000);
    await expect.poll(() => library.pool.listLeases()).toEqual([]);
  });

  test('given to pool.query, which has no client to read it from, it is refused', async () => {
    await expect(library.pool.query(new Cursor(SERIES, [1]) as never)).rejects.toThrow(/pool\.connect/);
  });
});

describe('pg-query-stream', () => {
  test('gives every row, at the pace of the reader', async () => {
    const client = await library.pool.connect();
    let sum = 0;
    for await (const { n } of client.query(new QueryStream(SERIES, [2_000], { batchSize: 50 }))) {
      sum += n;
      if (n % 500 === 0) await sleep(2);
    }
    client.release();
    expect(sum).toBe(2_001_000);
  });

  test('left in the middle, its client can be used again', async () => {
    const client = await library.pool.connect();
    for await (const { n } of client.query(new QueryStream(SERIES, [2_000]))) if (n === 10) break;
    expect((await client.query('select 2 as a')).rows).toEqual([{ a: 2 }]);
    client.release();
  });

  test('fails as its query does', async () => {
    const client = await library.pool.connect();
    const reading = async () => {
      for await (const _row of client.query(new QueryStream('select 1 / 0')));
    };
    await expect(reading()).rejects.toMatchObject({ code: '22012' });
    client.release();
    await answers();
  });
});

describe('pg-copy-streams', () => {
  test('copies in, in a transaction that is kept, and out again', async () => {
    const client = await library.pool.connect();
    await client.query('begin');
    const lines = Readable.from(Array.from({ length: 5_000 }, (_, n) => `${n}\n`));
    await pipeline(lines, client.query(copyFrom('copy numbers from stdin')));
    await client.query('commit');
    let bytes = 0;
    for await (const chunk of client.query(copyTo('copy numbers to stdout'))) bytes += chunk.length;
    client.release();
    expect(bytes).toBe(23_890);
  });

  test('a copy that fails keeps nothing, and says why', async () => {
    const client = await library.pool.connect();
    const copying = pipeline(
      Readable.from(['9000\n', 'no number\n']),
      client.query(copyFrom('copy numbers from stdin')),
    );
    await expect(copying).rejects.toMatchObject({ code: '22P02' });
    client.release();
    expect((await library.pool.query('select count(*)::int as n from numbers')).rows).toEqual([{ n: 5_000 }]);
  });

  test('many at once wait their turn', async () => {
    const copy = async (start: number) => {
      const client = await library.pool.connect();
      try {
        await pipeline(Readable.from([`${start}\n`]), client.query(copyFrom('copy numbers from stdin')));
      } finally {
        client.release();
      }
    };
    await Promise.all(Array.from({ length: 30 }, (_, n) => copy(10_000 + n)));
    expect((await library.pool.query('select count(*)::int as n from numbers')).rows).toEqual([{ n: 5_030 }]);
  });
});
