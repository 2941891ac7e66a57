import { type Generated, Kysely, PostgresDialect, sql } from 'kysely';
import Cursor from 'pg-cursor';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useLibraryPool } from '../../support/library-pool.ts';

interface Tables {
  notes: { id: Generated<number>; title: string; done: Generated<boolean> };
}

const library = useLibraryPool();
let db: Kysely<Tables>;
beforeAll(async () => {
  db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: library.pool, cursor: Cursor }) });
  await db.schema
    .createTable('notes')
    .addColumn('id', 'serial', (column) => column.primaryKey())
    .addColumn('title', 'text', (column) => column.notNull().unique())
    .addColumn('done', 'boolean', (column) => column.notNull().defaultTo(false))
    .execute();
});
afterEach(() => library.expectAtRest());

const count = async () => (await db.selectFrom('notes').select('id').execute()).length;

describe('Kysely', () => {
  test('creates, reads, changes and deletes', async () => {
    const { id } = await db.insertInto('notes').values({ title: 'first' }).returning('id').executeTakeFirstOrThrow();
    await db.updateTable('notes').set({ done: true }).where('id', '=', id).execute();
    expect(await db.selectFrom('notes').selectAll().execute()).toEqual([{ id, title: 'first', done: true }]);
    expect((await db.deleteFrom('notes').where('id', '=', id).executeTakeFirst()).numDeletedRows).toBe(1n);
  });

  test('keeps what a transaction committed, and nothing of one that threw', async () => {
    await db.transaction().execute((tx) => tx.insertInto('notes').values({ title: 'kept' }).execute());
    const failing = db.transaction().execute(async (tx) => {
      await tx.insertInto('notes').values({ title: 'lost' }).execute();
      throw new Error('of the program');
    });
    await expect(failing).rejects.toThrow('of the program');
    expect(await count()).toBe(1);
    const tx = await db.startTransaction().execute();
    await tx.insertInto('notes').values({ title: 'lost too' }).execute();
    await tx.rollback().execute();
    expect(await count()).toBe(1);
  });

  test('sees Postgres’s own errors', async () => {
    await expect(db.insertInto('notes').values({ title: 'kept' }).execute()).rejects.toMatchObject({
      code: '23505',
      constraint: 'notes_title_key',
    });
  });

  test('streams by a cursor, to the end and not', async () => {
    const series = () => sql<{ n: number }>`select n from generate_series(1, 1000) as n`.compile(db);
    let seen = 0;
    for await (const { rows } of db.getExecutor().stream(series(), 100)) seen += rows.length;
    expect(seen).toBe(1_000);
    for await (const _batch of db.getExecutor().stream(series(), 100)) break;
    expect(await count()).toBe(1);
  });

  test('works for many at once, over no more connections than the pool has', async () => {
    const sums = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        db.transaction().execute(async (tx) => {
          const { rows } = await sql<{ n: number }>`select ${n}::int + 1 as n`.execute(tx);
          return rows[0]?.n;
        }),
      ),
    );
    expect(sums).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
    expect(library.pool.totalCount).toBeLessThanOrEqual(5);
  });

  test('ends the pool when it is destroyed', async () => {
    await db.destroy();
    expect(library.pool.ended).toBe(true);
  });
});
