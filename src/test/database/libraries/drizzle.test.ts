import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { boolean, pgTable, serial, text } from 'drizzle-orm/pg-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useLibraryPool } from '../../support/library-pool.ts';

const notes = pgTable('notes', {
  id: serial('id').primaryKey(),
  title: text('title').notNull().unique(),
  done: boolean('done').notNull().default(false),
});

const library = useLibraryPool();
const open = () => drizzle(library.pool, { schema: { notes } });
let db: ReturnType<typeof open>;
beforeAll(async () => {
  db = open();
  await db.execute(
    sql`create table notes (id serial primary key, title text not null unique, done boolean not null default false)`,
  );
});
afterEach(() => library.expectAtRest());

describe('Drizzle', () => {
  test('creates, reads, changes and deletes', async () => {
    const [made] = await db.insert(notes).values({ title: 'first' }).returning();
    const id = made?.id as number;
    await db.update(notes).set({ done: true }).where(eq(notes.id, id));
    expect(await db.query.notes.findMany()).toEqual([{ id, title: 'first', done: true }]);
    expect((await db.delete(notes).where(eq(notes.id, id))).rowCount).toBe(1);
  });

  test('runs a prepared statement by name', async () => {
    const byTitle = db
      .select()
      .from(notes)
      .where(eq(notes.title, sql.placeholder('title')))
      .prepare('by_title');
    for (let n = 0; n < 3; n += 1) expect(await byTitle.execute({ title: 'nobody' })).toEqual([]);
  });

  test('takes a client of its own for each transaction: one kept, one rolled back, one within another', async () => {
    await db.transaction((tx) => tx.insert(notes).values({ title: 'kept' }));
    const failing = db.transaction(async (tx) => {
      await tx.insert(notes).values({ title: 'lost' });
      throw new Error('of the program');
    });
    await expect(failing).rejects.toThrow('of the program');
    await db.transaction(async (tx) => {
      await tx
        .transaction(async (inner) => {
          await inner.insert(notes).values({ title: 'lost too' });
          inner.rollback();
        })
        .catch(() => undefined);
      await tx.insert(notes).values({ title: 'kept too' });
    });
    expect((await db.select().from(notes).orderBy(notes.id)).map(({ title }) => title)).toEqual(['kept', 'kept too']);
  });

  test('sees Postgres’s own errors, as the cause of its own', async () => {
    const error = await db
      .insert(notes)
      .values({ title: 'kept' })
      .catch((thrown: Error) => thrown);
    expect((error as Error).cause).toMatchObject({ code: '23505', constraint: 'notes_title_key' });
  });

  test('works for many at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => db.transaction((tx) => tx.execute(sql`select ${n}::int as n`))),
    );
    expect(answers.map(({ rows }) => rows[0]?.n)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(library.pool.totalCount).toBeLessThanOrEqual(5);
  });
});
