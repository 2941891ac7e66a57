import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, type Caller, type DataServer, operator, startDataServer } from './data-server.ts';

const path = '/v1/data/collections';
let server: DataServer;
let op: Caller;

beforeAll(async () => {
  server = await startDataServer();
  op = server.as(operator);
});
afterAll(() => server.close());

describe('POST /v1/data/collections', () => {
  it('201 with every type of field, defaults told', async () => {
    await op.post(path, { name: 'people', fields: [] });
    const { status, body } = await op.post(path, {
      name: 'every_type',
      fields: [
        { name: 'title', type: 'text', required: true, indexed: true },
        { name: 'amount', type: 'number', indexed: true },
        { name: 'done', type: 'boolean' },
        { name: 'due', type: 'timestamp', indexed: true },
        { name: 'extra', type: 'json' },
        { name: 'person', type: 'reference', target: 'people' },
      ],
    });
    expect(status).toBe(201);
    expect(body.collection).toEqual({
      name: 'every_type',
      approximateCount: 0,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      fields: [
        { name: 'title', type: 'text', required: true, indexed: true },
        { name: 'amount', type: 'number', required: false, indexed: true },
        { name: 'done', type: 'boolean', required: false, indexed: false },
        { name: 'due', type: 'timestamp', required: false, indexed: true },
        { name: 'extra', type: 'json', required: false, indexed: false },
        { name: 'person', type: 'reference', required: false, indexed: true, target: 'people' },
      ],
    });
    expect((await op.get(`${path}/every_type`)).body).toEqual(body);
  });

  it('makes a real table, whose references hold the owner too', async () => {
    const rows = await catalog(`
      select contype, pg_get_constraintdef(oid) as definition
      from pg_constraint
      where conrelid = 'aquifer_data.every_type'::regclass and contype in ('p', 'u', 'f')
      order by contype`);
    expect(rows).toEqual([
      {
        contype: 'f',
        definition: 'FOREIGN KEY (owner_id, person) REFERENCES aquifer_data.people(owner_id, id)',
      },
      { contype: 'p', definition: 'PRIMARY KEY (owner_id, id)' },
    ]);
    const indexes = await catalog(`
      select indexdef from pg_indexes
      where schemaname = 'aquifer_data' and tablename = 'every_type' and indexdef not like '%UNIQUE%'
      order by indexdef`);
    expect(indexes.map(({ indexdef }) => String(indexdef).replace(/.*\(/, '('))).toEqual([
      '(owner_id, amount, id)',
      '(owner_id, due, id)',
      '(owner_id, person, id)',
      '(owner_id, title, id)',
    ]);
  });

  it('201 for a collection that refers to itself', async () => {
    const fields = [{ name: 'parent', type: 'reference', target: 'tree' }];
    expect((await op.post(path, { name: 'tree', fields })).status).toBe(201);
    expect((await op.delete(`${path}/tree`)).status).toBe(204);
  });

  it('409 when the name is taken', async () => {
    const { status, body } = await op.post(path, { name: 'people', fields: [] });
    expect([status, body.code]).toEqual([409, 'collection_exists']);
  });

  const bad: [string, unknown, string][] = [
    ['a name with capitals', { name: 'Notes', fields: [] }, 'name'],
    ['a name with a leading underscore', { name: '_collections', fields: [] }, 'name'],
    ['a name that would end the statement', { name: 'a"; drop table x; --', fields: [] }, 'name'],
    ['a name of 49 characters', { name: 'a'.repeat(49), fields: [] }, 'name'],
    ['a name with a line feed at its end', { name: 'notes\n', fields: [] }, 'name'],
    ['no fields', { name: 'notes' }, 'fields'],
    ['an unknown member', { name: 'notes', fields: [], owner: 1 }, 'owner'],
    ['an unknown type', { name: 'notes', fields: [{ name: 'a', type: 'money' }] }, 'fields.0.type'],
    ['a field given twice', { name: 'notes', fields: [text('a'), text('b'), text('a')] }, 'fields.2.name'],
    ['a reserved field name', { name: 'notes', fields: [text('owner_id')] }, 'fields.0.name'],
    ['a system column of Postgres', { name: 'notes', fields: [text('xmin')] }, 'fields.0.name'],
    ['the word for the time of creation', { name: 'notes', fields: [text('created')] }, 'fields.0.name'],
    ['a key of prototypes', { name: 'notes', fields: [text('constructor')] }, 'fields.0.name'],
    ['a reference without target', { name: 'notes', fields: [{ name: 'a', type: 'reference' }] }, 'fields.0.target'],
    ['a target of a text', { name: 'notes', fields: [{ ...text('a'), target: 'people' }] }, 'fields.0.target'],
    ['an indexed json', { name: 'notes', fields: [{ name: 'a', type: 'json', indexed: true }] }, 'fields.0.indexed'],
    [
      'a target that is not there',
      { name: 'notes', fields: [text('a'), { name: 'b', type: 'reference', target: 'nothing' }] },
      'fields.1.target',
    ],
    ['more fields than there may be', { name: 'notes', fields: many(101) }, 'fields'],
  ];
  it.each(bad)('400 for %s', async (_what, body, field) => {
    const answer = await op.post(path, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input']);
    expect(answer.body.errors.map((fault: { field: string }) => fault.field)).toContain(field);
    expect((await op.get(`${path}/notes`)).status).toBe(404);
  });

  it('201 with as many fields as there may be, each indexed', async () => {
    expect(
      (await op.post(path, { name: 'wide', fields: many(100).map((one) => ({ ...one, indexed: true })) })).status,
    ).toBe(201);
    const record = await server.as(ada).post('/v1/data/records/wide', { f99: 'x' });
    expect(record.status).toBe(201);
    expect(
      (await server.as(ada).patch(`/v1/data/records/wide/${record.body.record.id}`, { f0: 'y' })).body.record.f99,
    ).toBe('x');
  });
});

describe('odd names', () => {
  const names = ['select', 'user', 'table', 'collections', 'fields', 'order', 'null', 'a'.repeat(48), 'x'];
  it.each(names)('a collection and a field called %s work', async (name) => {
    const field = { name, type: 'text', indexed: true };
    const reference = { name: 'self', type: 'reference', target: name };
    expect((await op.post(path, { name, fields: [field, reference] })).status).toBe(201);
    const user = server.as(ada);
    const records = `/v1/data/records/${name}`;
    const first = (await user.post(records, { [name]: 'b' })).body.record;
    expect((await user.post(records, { [name]: 'a', self: first.id })).status).toBe(201);
    const sorted = await user.get(`${records}?sort=${name}`);
    expect(sorted.body.records.map((record: Record<string, unknown>) => record[name])).toEqual(['a', 'b']);
    expect((await user.get(`${records}?where.${name}=b`)).body.records).toHaveLength(1);
    expect((await user.patch(`${records}/${first.id}`, { [name]: 'c' })).body.record[name]).toBe('c');
    expect((await op.delete(`${path}/${name}`)).status).toBe(204);
    expect((await user.get(records)).body.code).toBe('collection_not_found');
  });

  it('two names that share their first 40 characters do not meet', async () => {
    const [one, two] = ['a', 'b'].map((end) => `${'n'.repeat(47)}${end}`);
    for (const name of [one, two]) {
      const fields = [one, two].map((field) => ({ name: field, type: 'text', indexed: true }));
      expect((await op.post(path, { name, fields })).status).toBe(201);
    }
  });
});

describe('POST /v1/data/collections/{collection}/fields', () => {
  it('201, and records that exist have no value in it', async () => {
    await op.post(path, { name: 'grown', fields: [text('a')] });
    const user = server.as(ada);
    const before = (await user.post('/v1/data/records/grown', { a: '1' })).body.record;
    const added = await op.post(`${path}/grown/fields`, { name: 'b', type: 'number', indexed: true });
    expect(added.status).toBe(201);
    expect(added.body.collection.fields.map((field: { name: string }) => field.name)).toEqual(['a', 'b']);
    expect(added.body.collection.approximateCount).toBe(1);
    expect((await user.get(`/v1/data/records/grown/${before.id}`)).body.record.b).toBeNull();
    expect((await user.post('/v1/data/records/grown', { a: '2', b: 7 })).body.record.b).toBe(7);
    expect((await user.get('/v1/data/records/grown?where.b=7')).body.records).toHaveLength(1);
  });

  it('201 for a reference, and 400 for one to nothing', async () => {
    const reference = (target: string) => ({ name: 'person', type: 'reference', target });
    expect((await op.post(`${path}/grown/fields`, reference('nobody'))).body.errors).toEqual([
      { field: 'target', message: 'names no collection' },
    ]);
    expect((await op.post(`${path}/grown/fields`, reference('people'))).status).toBe(201);
  });

  it('409 when the field exists', async () => {
    const { status, body } = await op.post(`${path}/grown/fields`, text('a'));
    expect([status, body.code]).toEqual([409, 'field_exists']);
  });

  it('409 for a required field while there are records, 201 when there are none', async () => {
    const refused = await op.post(`${path}/grown/fields`, { ...text('c'), required: true });
    expect([refused.status, refused.body.code]).toEqual([409, 'collection_not_empty']);
    await op.post(path, { name: 'empty', fields: [] });
    expect((await op.post(`${path}/empty/fields`, { ...text('c'), required: true })).status).toBe(201);
    expect((await server.as(ada).post('/v1/data/records/empty', {})).status).toBe(400);
  });

  it('409 for a required field when a record comes in between', async () => {
    await op.post(path, { name: 'between', fields: [] });
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: server.testDatabase.url });
    await client.connect();
    await client.query(`begin; insert into aquifer_data.between (id, owner_id) values ('${ada}', '${ada}')`);
    const adding = op.post(`${path}/between/fields`, { ...text('c'), required: true });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await client.query('commit');
    await client.end();
    const refused = await adding;
    expect([refused.status, refused.body.code]).toEqual([409, 'collection_not_empty']);
  });

  it('409 when there are as many fields as there may be', async () => {
    const { status, body } = await op.post(`${path}/wide/fields`, text('more'));
    expect([status, body.code]).toEqual([409, 'too_many_fields']);
  });

  it('409 for an indexed field of a large collection, 201 without the index', async () => {
    await op.post(path, { name: 'large', fields: [text('a')] });
    await catalog(`
      insert into aquifer_data.large (id, owner_id, a)
      select gen_random_uuid(), '${ada}', repeat(md5(n::text), 50)
      from generate_series(1, 25000) as n`);
    const refused = await op.post(`${path}/large/fields`, { ...text('b'), indexed: true });
    expect([refused.status, refused.body.code]).toEqual([409, 'collection_too_large']);
    expect((await op.post(`${path}/large/fields`, text('b'))).status).toBe(201);
  });

  it('404 for no collection, 400 for a field that is none', async () => {
    expect((await op.post(`${path}/nothing/fields`, text('a'))).body.code).toBe('collection_not_found');
    expect((await op.post(`${path}/grown/fields`, text('id'))).body.errors[0].field).toBe('name');
    expect((await op.post(`${path}/grown/fields`, [])).status).toBe(400);
  });
});

describe('DELETE /v1/data/collections/{collection}', () => {
  it('204, the table goes with it, and the name is free again', async () => {
    await op.post(path, { name: 'gone', fields: [{ name: 'a', type: 'number', indexed: true }] });
    await server.as(ada).post('/v1/data/records/gone', { a: 1 });
    expect((await op.delete(`${path}/gone`)).status).toBe(204);
    expect((await op.get(`${path}/gone`)).status).toBe(404);
    expect(await catalog(`select to_regclass('aquifer_data.gone') as "table"`)).toEqual([{ table: null }]);
    await op.post(path, { name: 'gone', fields: [{ name: 'a', type: 'text' }] });
    expect((await server.as(ada).post('/v1/data/records/gone', { a: 'x' })).status).toBe(201);
  });

  it('409 while another collection refers to it, which is named', async () => {
    const { status, body } = await op.delete(`${path}/people`);
    expect([status, body.code]).toEqual([409, 'collection_referenced']);
    expect(body.detail).toContain('every_type');
  });

  it('404 for no collection, whatever the name', async () => {
    for (const name of ['nothing', '_fields', 'A', '%27']) {
      expect((await op.delete(`${path}/${name}`)).body.code).toBe('collection_not_found');
    }
  });
});

describe('GET /v1/data/collections', () => {
  it('lists them by name, with counts: exact when small, estimated when large', async () => {
    await catalog('analyze aquifer_data.large');
    const { status, body } = await op.get(path);
    expect(status).toBe(200);
    const names = body.collections.map((collection: { name: string }) => collection.name);
    expect(names).toEqual([...names].sort());
    const counts = Object.fromEntries(
      body.collections.map((one: { name: string; approximateCount: number }) => [one.name, one.approximateCount]),
    );
    expect(counts.grown).toBe(2);
    expect(counts.large).toBeGreaterThan(20_000);
    expect(counts.large).toBeLessThan(30_000);
    expect(await server.data.countCollections()).toBe(names.length);
  });

  it('counts a table that was never analysed up to a bound', async () => {
    await op.post(path, { name: 'unseen', fields: [] });
    await catalog(`
      alter table aquifer_data.unseen set (autovacuum_enabled = off);
      insert into aquifer_data.unseen (id, owner_id) select gen_random_uuid(), '${ada}' from generate_series(1, 10500)`);
    expect((await op.get(`${path}/unseen`)).body.collection.approximateCount).toBe(10_000);
  });
});

describe('access', () => {
  const calls: [string, (caller: Caller) => Promise<{ status: number }>][] = [
    ['list', (caller) => caller.get(path)],
    ['create', (caller) => caller.post(path, { name: 'theirs', fields: [] })],
    ['get', (caller) => caller.get(`${path}/people`)],
    ['delete', (caller) => caller.delete(`${path}/people`)],
    ['add a field', (caller) => caller.post(`${path}/people/fields`, text('theirs'))],
    ['list records', (caller) => caller.get(`${path}/people/records`)],
  ];
  it.each(calls)('403 for a user, 401 for nobody: %s', async (_what, call) => {
    expect((await call(server.as(ada))).status).toBe(403);
    expect((await call(server.as(null))).status).toBe(401);
  });
});

it('describes itself in OpenAPI', async () => {
  const { body } = await server.as(null).get('/openapi.json');
  expect(Object.keys(body.paths).filter((one) => one.startsWith('/v1/data'))).toHaveLength(6);
});

it('logged no error', () => expect(server.errors).toEqual([]));

function text(name: string) {
  return { name, type: 'text' };
}

function many(count: number) {
  return Array.from({ length: count }, (_none, index) => text(`f${index}`));
}

async function catalog(sql: string): Promise<Record<string, unknown>[]> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: server.testDatabase.url });
  await client.connect();
  const result = await client.query(sql).finally(() => client.end());
  return Array.isArray(result) ? [] : result.rows;
}
