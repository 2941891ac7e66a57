import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, bob, type Caller, type DataServer, operator, startDataServer } from './data-server.ts';

const collections = '/v1/data/collections';
const records = '/v1/data/records/tasks';
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const absent = '018f0000-0000-7000-8000-000000000000';
let server: DataServer;
let user: Caller;

beforeAll(async () => {
  server = await startDataServer();
  user = server.as(ada);
  const op = server.as(operator);
  await op.post(collections, { name: 'lists', fields: [{ name: 'title', type: 'text' }] });
  await op.post(collections, {
    name: 'tasks',
    fields: [
      { name: 'title', type: 'text', required: true },
      { name: 'rank', type: 'number', indexed: true },
      { name: 'done', type: 'boolean' },
      { name: 'due', type: 'timestamp' },
      { name: 'extra', type: 'json' },
      { name: 'list', type: 'reference', target: 'lists' },
    ],
  });
});
afterAll(() => server.close());

describe('POST /v1/data/records/{collection}', () => {
  it('201 with the record, flat, with null where nothing was given', async () => {
    const { status, body } = await user.post(records, { title: 'Water the plants' });
    expect(status).toBe(201);
    expect(body).toEqual({
      record: {
        id: expect.stringMatching(uuidV7),
        createdAt: expect.stringMatching(isoTime),
        updatedAt: body.record.createdAt,
        title: 'Water the plants',
        rank: null,
        done: null,
        due: null,
        extra: null,
        list: null,
      },
    });
  });

  it('201 with a value of every type, given back as it was', async () => {
    const list = (await user.post('/v1/data/records/lists', {})).body.record.id;
    const values = {
      title: 'O\'Neill \\ "x" 🌱 \u0001',
      rank: -1.5e-300,
      done: false,
      due: '2026-02-28T23:59:59.123Z',
      extra: { b: [1, null, { c: 'ü' }], a: '' },
      list,
    };
    const { body } = await user.post(records, values);
    expect(body.record).toMatchObject(values);
    expect((await user.get(`${records}/${body.record.id}`)).body).toEqual(body);
  });

  const refused: [string, Record<string, unknown>, string][] = [
    ['a required field that is missing', {}, 'title'],
    ['a required field that is null', { title: null }, 'title'],
    ['a field that the collection has not', { title: 'x', titel: 'y' }, 'titel'],
    ['an id of the caller’s choosing', { title: 'x', id: absent }, 'id'],
    ['an owner of the caller’s choosing', { title: 'x', owner_id: bob }, 'owner_id'],
    ['an ownerId', { title: 'x', ownerId: bob }, 'ownerId'],
    ['a time of the caller’s choosing', { title: 'x', createdAt: '2020-01-01T00:00:00Z' }, 'createdAt'],
    ['a number for a text', { title: 1 }, 'title'],
    ['an object for a text', { title: { $ne: '' } }, 'title'],
    ['a list for a text', { title: ['x'] }, 'title'],
    ['a text for a number', { title: 'x', rank: '1' }, 'rank'],
    ['a text for a boolean', { title: 'x', done: 'true' }, 'done'],
    ['a time without a zone', { title: 'x', due: '2026-01-31T12:00:00' }, 'due'],
    ['a day that does not exist', { title: 'x', due: '2026-02-30T12:00:00Z' }, 'due'],
    ['a text that is no id', { title: 'x', list: 'first' }, 'list'],
    ['a record that is not there', { title: 'x', list: absent }, 'list'],
    ['a text with NUL', { title: 'a\0b' }, 'title'],
    ['a text with half of a surrogate pair', { title: 'a\ud800b' }, 'title'],
    ['a json with NUL in a key', { title: 'x', extra: { 'a\0': 1 } }, 'extra'],
    ['a text of more than 100 kB', { title: 'ü'.repeat(50_001) }, 'title'],
  ];
  it.each(refused)('400 that names the field: %s', async (_what, values, field) => {
    const { status, body } = await user.post(records, values);
    expect([status, body.code]).toEqual([400, 'invalid_input']);
    expect(body.errors.map((fault: { field: string }) => fault.field)).toEqual([field]);
  });

  it('400 for a number that JSON can write and no number can hold', async () => {
    for (const text of ['1e999', '-1e999']) {
      expect((await user.post(records, `{"title":"x","rank":${text}}`)).body.errors[0].field).toBe('rank');
      expect((await user.post(records, `{"title":"x","extra":[${text}]}`)).body.errors[0].field).toBe('extra');
    }
  });

  it('400 that names every field that is wrong', async () => {
    const { body } = await user.post(records, { rank: 'x', done: 1, more: 1 });
    expect(body.errors.map((fault: { field: string }) => fault.field)).toEqual(['rank', 'done', 'more', 'title']);
  });

  it('400 for a body that is no object', async () => {
    for (const body of ['[]', '"x"', 'null', '1', '', '{', '{"title":"x"}x']) {
      expect((await user.post(records, body)).status, body).toBe(400);
    }
  });

  it('400 for keys that reach a prototype, and nothing is inherited from one', async () => {
    expect((await user.post(records, '{"title":"x","__proto__":{"rank":1}}')).status).toBe(400);
    expect((await user.post(records, { title: 'x', constructor: 1, toString: 1 })).body.errors).toHaveLength(2);
    await server.as(operator).post(collections, { name: 'inherits', fields: [{ name: 'valueof', type: 'text' }] });
    expect((await user.post('/v1/data/records/inherits', {})).body.record.valueof).toBeNull();
  });

  it('201 with 100 kB, 400 with a json that would come back longer', async () => {
    expect((await user.post(records, { title: 'x'.repeat(100_000) })).status).toBe(201);
    expect((await user.post(records, { title: 'x', extra: 'x'.repeat(99_998) })).status).toBe(201);
    expect((await user.post(records, { title: 'x', extra: 'x'.repeat(99_999) })).status).toBe(400);
    // In full, each of these has 301 digits.
    const bomb = Array.from({ length: 5_000 }, () => 1e300);
    expect((await user.post(records, { title: 'x', extra: bomb })).body.errors[0].field).toBe('extra');
  });

  it('404 for no collection, whatever the name', async () => {
    for (const name of ['nothing', '_collections', 'pg_class', 'Tasks', 'tasks%22', 'tasks;', '..%2ftasks']) {
      const { status, body } = await user.post(`/v1/data/records/${name}`, { title: 'x' });
      expect([status, body.code], name).toEqual([404, 'collection_not_found']);
    }
  });
});

describe('PATCH /v1/data/records/{collection}/{id}', () => {
  it('200, changes what is given and nothing else', async () => {
    const before = (await user.post(records, { title: 'a', rank: 1, done: true, extra: { a: 1 } })).body.record;
    const { status, body } = await user.patch(`${records}/${before.id}`, { rank: 2 });
    expect(status).toBe(200);
    expect(body.record).toEqual({ ...before, rank: 2, updatedAt: expect.stringMatching(isoTime) });
    expect(body.record.updatedAt >= before.updatedAt).toBe(true);
  });

  it('200, null clears a field that is not required, and json is replaced whole', async () => {
    const before = (await user.post(records, { title: 'a', rank: 1, extra: { a: 1 } })).body.record;
    const { body } = await user.patch(`${records}/${before.id}`, { rank: null, extra: { b: 2 } });
    expect(body.record).toMatchObject({ title: 'a', rank: null, extra: { b: 2 } });
  });

  it('200 for nothing, which changes not even the time', async () => {
    const before = (await user.post(records, { title: 'a' })).body.record;
    expect((await user.patch(`${records}/${before.id}`, {})).body.record).toEqual(before);
  });

  it('400 for null in a required field, for what is unknown, for a wrong type; and nothing is changed', async () => {
    const before = (await user.post(records, { title: 'a', rank: 1 })).body.record;
    const one = `${records}/${before.id}`;
    for (const [changes, field] of [
      [{ title: null }, 'title'],
      [{ rank: 2, nothing: 1 }, 'nothing'],
      [{ rank: 2, done: 'x' }, 'done'],
      [{ id: absent }, 'id'],
      [{ owner_id: bob }, 'owner_id'],
      [{ rank: 2, list: absent }, 'list'],
    ] as const) {
      const { status, body } = await user.patch(one, changes);
      expect([status, body.errors?.[0]?.field]).toEqual([400, field]);
    }
    expect((await user.get(one)).body.record).toEqual(before);
  });
});

describe('references', () => {
  it('409 when a record that another refers to is deleted, 204 once it does not', async () => {
    const list = (await user.post('/v1/data/records/lists', { title: 'home' })).body.record.id;
    const task = (await user.post(records, { title: 'a', list })).body.record.id;
    const refused = await user.delete(`/v1/data/records/lists/${list}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'record_referenced']);
    await user.patch(`${records}/${task}`, { list: null });
    expect((await user.delete(`/v1/data/records/lists/${list}`)).status).toBe(204);
  });

  it('400 for a reference to another user’s record, the same as for one that is not there', async () => {
    const list = (await server.as(bob).post('/v1/data/records/lists', { title: 'his' })).body.record.id;
    const theirs = await user.post(records, { title: 'a', list });
    const missing = await user.post(records, { title: 'a', list: absent });
    expect(theirs.status).toBe(400);
    expect({ ...theirs.body, requestId: '' }).toEqual({ ...missing.body, requestId: '' });
    const mine = (await user.post(records, { title: 'a' })).body.record.id;
    expect((await user.patch(`${records}/${mine}`, { list })).status).toBe(400);
    // And his can go, because nobody refers to it.
    expect((await server.as(bob).delete(`/v1/data/records/lists/${list}`)).status).toBe(204);
  });

  it('accepts an id in capitals and gives it back as it is stored', async () => {
    const list = (await user.post('/v1/data/records/lists', {})).body.record.id;
    const { body } = await user.post(records, { title: 'a', list: list.toUpperCase() });
    expect(body.record.list).toBe(list);
    expect((await user.get(`${records}/${body.record.id.toUpperCase()}`)).status).toBe(200);
  });

  it('204 for a record that refers to itself', async () => {
    const fields = [{ name: 'parent', type: 'reference', target: 'nodes' }];
    await server.as(operator).post(collections, { name: 'nodes', fields });
    const id = (await user.post('/v1/data/records/nodes', {})).body.record.id;
    expect((await user.patch(`/v1/data/records/nodes/${id}`, { parent: id })).status).toBe(200);
    expect((await user.delete(`/v1/data/records/nodes/${id}`)).status).toBe(204);
  });
});

describe('another user’s record', () => {
  const ways: [string, (caller: Caller, id: string) => Promise<{ status: number; body: unknown }>][] = [
    ['GET', (caller, id) => caller.get(`${records}/${id}`)],
    ['PATCH', (caller, id) => caller.patch(`${records}/${id}`, { title: 'mine now' })],
    ['PATCH of nothing', (caller, id) => caller.patch(`${records}/${id}`, {})],
    ['DELETE', (caller, id) => caller.delete(`${records}/${id}`)],
  ];
  it.each(ways)('404 on %s, with the body of a record that is not there', async (_method, ask) => {
    const his = (await server.as(bob).post(records, { title: 'his', rank: 77 })).body.record;
    for (const caller of [user, server.as(operator)]) {
      const theirs = await ask(caller, his.id);
      const missing = await ask(caller, absent);
      const malformed = await ask(caller, 'first');
      expect(theirs).toMatchObject({ status: 404, body: { code: 'record_not_found' } });
      for (const other of [missing, malformed]) {
        expect({ ...(other.body as object), requestId: '' }).toEqual({ ...(theirs.body as object), requestId: '' });
      }
    }
    expect((await server.as(bob).get(`${records}/${his.id}`)).body.record).toEqual(his);
  });

  it('is in no list, however it is filtered or sorted', async () => {
    const his = (await server.as(bob).post(records, { title: 'his', rank: 4711 })).body.record;
    for (const query of ['', '?sort=created', '?sort=rank', '?sort=-rank', '?where.rank=4711']) {
      const { body } = await user.get(`${records}${query}`);
      expect(body.records.map((record: { id: string }) => record.id)).not.toContain(his.id);
    }
    expect((await server.as(bob).get(`${records}?where.rank=4711`)).body.records).toHaveLength(1);
  });

  it('cannot be reached with a cursor of its owner', async () => {
    for (const title of ['a', 'b', 'c']) await server.as(bob).post(records, { title });
    const { nextCursor } = (await server.as(bob).get(`${records}?limit=1`)).body;
    const { body } = await user.get(`${records}?limit=200&cursor=${nextCursor}`);
    const his = (await server.as(bob).get(`${records}?limit=200`)).body.records.map((one: { id: string }) => one.id);
    expect(body.records.filter((one: { id: string }) => his.includes(one.id))).toEqual([]);
  });

  it('401 for nobody, on every way', async () => {
    const nobody = server.as(null);
    for (const [, ask] of ways) expect((await ask(nobody, absent)).status).toBe(401);
    expect((await nobody.get(records)).status).toBe(401);
    expect((await nobody.post(records, { title: 'x' })).status).toBe(401);
  });
});

describe('DELETE /v1/data/records/{collection}/{id}', () => {
  it('204 once, 404 from then on', async () => {
    const { id } = (await user.post(records, { title: 'a' })).body.record;
    expect(await user.delete(`${records}/${id}`)).toEqual({ status: 204, body: null });
    expect((await user.delete(`${records}/${id}`)).status).toBe(404);
    expect((await user.get(`${records}/${id}`)).status).toBe(404);
  });
});

it('never tells whose a record is to its owner, nor an error', async () => {
  const { body } = await user.post(records, { title: 'a' });
  expect(JSON.stringify(body)).not.toMatch(/owner/i);
  expect(server.errors).toEqual([]);
});
