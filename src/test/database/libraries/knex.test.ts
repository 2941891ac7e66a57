import createKnex, { type Knex } from 'knex';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useLibraryPool } from '../../support/library-pool.ts';

const library = useLibraryPool();
let knex: Knex;
beforeAll(async () => {
  // Knex has a pool of its own; since 3.3 it takes another's in its place. Its `stream()` releases twice on any such pool,
  // pg's own too, and is therefore no part of this.
  knex = createKnex({ client: 'pg', connectionPool: library.pool } as Knex.Config);
  await knex.schema.createTable('notes', (table) => {
    table.increments('id');
    table.text('title').notNullable().unique();
    table.boolean('done').notNullable().defaultTo(false);
  });
});
afterEach(() => library.expectAtRest());

describe('Knex', () => {
  test('creates, reads, changes and deletes', async () => {
    const [made] = await knex('notes').insert({ title: 'first' }).returning('id');
    await knex('notes').where({ id: made.id }).update({ done: true });
    expect(await knex('notes').select()).toEqual([{ id: made.id, title: 'first', done: true }]);
    expect(await knex('notes').where({ id: made.id }).delete()).toBe(1);
  });

  test('keeps what a transaction committed, and nothing of one that threw', async () => {
    await knex.transaction((tx) => tx('notes').insert({ title: 'kept' }));
    const failing = knex.transaction(async (tx) => {
      await tx('notes').insert({ title: 'lost' });
      throw new Error('of the program');
    });
    await expect(failing).rejects.toThrow('of the program');
    const tx = await knex.transaction();
    await tx('notes').insert({ title: 'lost too' });
    await tx.rollback();
    expect(await knex('notes').pluck('title')).toEqual(['kept']);
  });

  test('sees Postgres’s own errors', async () => {
    await expect(knex('notes').insert({ title: 'kept' })).rejects.toMatchObject({
      code: '23505',
      constraint: 'notes_title_unique',
    });
  });

  test('works for many at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => knex.transaction((tx) => tx.raw('select ?::int as n', [n]))),
    );
    expect(answers.map(({ rows }) => rows[0].n)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(library.pool.totalCount).toBeLessThanOrEqual(5);
  });
});
