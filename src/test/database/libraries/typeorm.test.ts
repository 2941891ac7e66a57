import { DataSource, EntitySchema } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as aquiferPool from '../../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

interface Note {
  id: number;
  title: string;
  done: boolean;
}

const Notes = new EntitySchema<Note>({
  name: 'notes',
  columns: {
    id: { type: Number, primary: true, generated: true },
    title: { type: 'text', unique: true },
    done: { type: Boolean, default: false },
  },
});

const opened: aquiferPool.Pool[] = [];
/** The module as TypeORM takes it; the pool that it makes is kept to be looked at. */
const driver = {
  ...aquiferPool,
  Pool: class extends aquiferPool.Pool {
    constructor(options?: aquiferPool.PoolOptions) {
      super(options);
      opened.push(this);
    }
  },
};

let target: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
  const { hostname, port, username, password } = new URL(target.url);
  source = new DataSource({
    ...{ type: 'postgres', driver, host: hostname, port: Number(port), username, password, database: target.name },
    ...{ poolSize: 5, entities: [Notes], synchronize: true },
  });
  await source.initialize();
});
afterEach(async () => {
  // Its last word to the server may still be under way.
  for (const pool of opened) await expect.poll(() => pool.listLeases()).toEqual([]);
});
afterAll(async () => {
  await source.destroy();
  expect(opened).toHaveLength(1);
  await vi.waitFor(() => expect(opened[0]).toMatchObject({ ended: true, totalCount: 0 }));
  await target.drop();
});

const titles = async () => (await source.getRepository(Notes).find({ order: { id: 'asc' } })).map(({ title }) => title);

describe('TypeORM', () => {
  test('creates its tables, and reads, changes and deletes', async () => {
    const notes = source.getRepository(Notes);
    const { id } = await notes.save({ title: 'first' });
    await notes.update({ id }, { done: true });
    expect(await notes.findOneBy({ id })).toEqual({ id, title: 'first', done: true });
    await notes.delete({ id });
    expect(await notes.count()).toBe(0);
    expect(opened[0]).toBeInstanceOf(aquiferPool.Pool);
  });

  test('keeps what a transaction committed, and nothing of one that threw', async () => {
    await source.transaction((manager) => manager.save(Notes, { title: 'kept' }));
    const failing = source.transaction(async (manager) => {
      await manager.save(Notes, { title: 'lost' });
      throw new Error('of the program');
    });
    await expect(failing).rejects.toThrow('of the program');
    const runner = source.createQueryRunner();
    await runner.startTransaction('SERIALIZABLE');
    await runner.manager.save(Notes, { title: 'lost too' });
    await runner.rollbackTransaction();
    await runner.release();
    expect(await titles()).toEqual(['kept']);
  });

  test('sees Postgres’s own errors', async () => {
    await expect(source.getRepository(Notes).insert({ title: 'kept' })).rejects.toMatchObject({
      code: '23505',
      driverError: { table: 'notes' },
    });
  });

  test('streams', async () => {
    const runner = source.createQueryRunner();
    const stream = await runner.stream('select n from generate_series(1, 1000) as n');
    let seen = 0;
    for await (const _row of stream) seen += 1;
    await runner.release();
    expect(seen).toBe(1_000);
  });

  test('works for many at once, over no more connections than it was given', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => source.transaction((manager) => manager.query('select $1::int as n', [n]))),
    );
    expect(answers.map(([row]) => row.n)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(opened[0]?.totalCount).toBeLessThanOrEqual(5);
  });
});
