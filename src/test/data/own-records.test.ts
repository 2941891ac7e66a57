import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ada, bob, type DataServer, operator, startDataServer } from './data-server.ts';

let server: DataServer;
const sql = async (text: string, params: unknown[] = []) =>
  (await server.database.pool().query(text, params)).rows as Record<string, unknown>[];
const countOf = async (collection: string, owner: string) =>
  (await sql(`select count(*)::int as n from aquifer_data.${collection} where owner_id = $1`, [owner]))[0]?.n;
const create = async (owner: string, collection: string, body: object): Promise<string> => {
  const answer = await server.as(owner).post(`/v1/data/records/${collection}`, body);
  expect(answer.status).toBe(201);
  return answer.body.record.id;
};

beforeAll(async () => {
  server = await startDataServer();
  const op = server.as(operator);
  const make = (name: string, fields: object[]) => op.post('/v1/data/collections', { name, fields });
  await make('lists', [{ name: 'title', type: 'text' }]);
  await make('tasks', [
    { name: 'title', type: 'text' },
    { name: 'list', type: 'reference', target: 'lists', required: true },
    { name: 'parent', type: 'reference', target: 'tasks' },
  ]);
  await make('notes', [{ name: 'text', type: 'text' }]);
  // `lists` comes before `tasks` in every list of names, and is referred to from there and refers back: a circle.
  await op.post('/v1/data/collections/lists/fields', { name: 'first', type: 'reference', target: 'tasks' });
});
afterAll(() => server.close());
beforeEach(async () => {
  await sql('truncate aquifer_data.lists, aquifer_data.tasks, aquifer_data.notes');
});

/** One list with two tasks, the second within the first. */
async function family(owner: string): Promise<{ list: string; task: string; child: string }> {
  const list = await create(owner, 'lists', { title: 'a list' });
  const task = await create(owner, 'tasks', { title: 'a task', list });
  const child = await create(owner, 'tasks', { title: 'its child', list, parent: task });
  return { list, task, child };
}

async function readAll(owner: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for await (const { collection, records } of server.data.ownRecords.read(owner, {})) {
    found[collection] = [...(found[collection] ?? []), ...records.map(({ id }) => id)];
  }
  return found;
}

describe('all records of one owner', () => {
  test('are read from every collection, and nobody else’s', async () => {
    const mine = await family(ada);
    await family(bob);
    const note = await create(ada, 'notes', { text: 'a note' });
    const found = await readAll(ada);
    expect(found.lists).toEqual([mine.list]);
    expect(found.tasks?.sort()).toEqual([mine.task, mine.child].sort());
    expect(found.notes).toEqual([note]);
    expect(await readAll('018f0000-0000-7000-8000-0000000000ff')).toEqual({});
  });

  test('are read to the last one, however many', async () => {
    await sql(
      `insert into aquifer_data.notes (id, owner_id, text) select gen_random_uuid(), $1, 'x' from generate_series(1, 1203)`,
      [ada],
    );
    const found = await readAll(ada);
    expect(found.notes).toHaveLength(1203);
    expect(new Set(found.notes).size).toBe(1203);
  });

  test('are read to the last one where pages are cut because their records are large', async () => {
    await sql(
      `insert into aquifer_data.notes (id, owner_id, text)
       select gen_random_uuid(), $1, repeat('x', 900000) from generate_series(1, 11)`,
      [ada],
    );
    expect((await readAll(ada)).notes).toHaveLength(11);
  });

  test('are deleted, in whatever order they refer to each other, and nobody else’s', async () => {
    await family(ada);
    await family(bob);
    await create(ada, 'notes', { text: 'a note' });
    expect(await server.data.ownRecords.erase(ada)).toBe(4);
    for (const collection of ['lists', 'tasks', 'notes']) expect(await countOf(collection, ada)).toBe(0);
    expect([await countOf('lists', bob), await countOf('tasks', bob)]).toEqual([1, 2]);
  });

  test('are deleted where they refer to each other in a circle', async () => {
    const { list, task } = await family(ada);
    expect((await server.as(ada).patch(`/v1/data/records/lists/${list}`, { first: task })).status).toBe(200);
    expect(await server.data.ownRecords.erase(ada)).toBe(3);
    for (const collection of ['lists', 'tasks']) expect(await countOf(collection, ada)).toBe(0);
  });

  test('are deleted by thousands', async () => {
    await sql(
      `insert into aquifer_data.notes (id, owner_id, text) select gen_random_uuid(), $1, 'x' from generate_series(1, 2500)`,
      [ada],
    );
    expect(await server.data.ownRecords.erase(ada)).toBe(2500);
    expect(await server.data.ownRecords.erase(ada)).toBe(0);
  });

  test('are deleted though a collection goes meanwhile', async () => {
    await server.as(operator).post('/v1/data/collections', { name: 'passing', fields: [] });
    await create(ada, 'passing', {});
    await create(ada, 'notes', { text: 'a note' });
    // Its description is still there, as for a server that has just looked.
    await sql('drop table aquifer_data.passing');
    expect(await server.data.ownRecords.erase(ada)).toBe(1);
    expect(server.errors).toEqual([]);
  });
});
