import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, bob, type Caller, type DataServer, operator, startDataServer } from './data-server.ts';

const records = '/v1/data/records/things';
const types = ['text', 'number', 'boolean', 'timestamp'] as const;
let server: DataServer;
let client: pg.Client;
let user: Caller;

beforeAll(async () => {
  server = await startDataServer();
  user = server.as(ada);
  client = new pg.Client({ connectionString: server.testDatabase.url });
  await client.connect();
  const optional = types.map((type) => ({ name: `a_${type}`, type, indexed: true }));
  const fields = [
    ...optional,
    { name: 'always', type: 'number', required: true, indexed: true },
    { name: 'plain', type: 'text' },
    { name: 'other', type: 'reference', target: 'things' },
  ];
  expect((await server.as(operator).post('/v1/data/collections', { name: 'things', fields })).status).toBe(201);
  let previous: string | null = null;
  for (let n = 0; n < 60; n += 1) {
    const caller = n % 5 === 4 ? server.as(bob) : user;
    const { status, body } = await caller.post(records, {
      a_text: n % 7 === 0 ? null : ['b', 'a', 'ä', 'B', '', 'a'][n % 6],
      a_number: n % 4 === 0 ? null : (n * 7) % 11,
      a_boolean: n % 3 === 0 ? null : n % 2 === 0,
      a_timestamp: n % 5 === 0 ? null : new Date(Date.UTC(2026, 0, 1 + (n % 6), 0, 0, 0, n % 2)).toISOString(),
      always: n % 9,
      other: n % 5 === 4 || n % 2 ? null : previous,
    });
    expect(status).toBe(201);
    if (n % 5 !== 4) previous = body.record.id;
  }
});
afterAll(async () => {
  await client.end();
  await server.close();
});

const sorts = ['created', ...types.map((type) => `a_${type}`), 'always', 'other'].flatMap((name) => [name, `-${name}`]);

describe('GET /v1/data/records/{collection}', () => {
  it.each(sorts.flatMap((sort) => [1, 3, 7, 48, 200].map((limit) => [sort, limit] as const)))(
    'sorted by %s in pages of %i gives every record of one’s own once, in order',
    async (sort, limit) => {
      const walked = await walk(`?sort=${sort}&limit=${limit}`);
      const name = sort.replace('-', '');
      const direction = sort.startsWith('-') ? 'desc' : 'asc';
      const column = name === 'created' ? 'id' : name;
      const { rows } = await client.query(
        `select id from aquifer_data.things where owner_id = $1 order by ${column} ${direction}, id ${direction}`,
        [ada],
      );
      expect(walked.ids).toEqual(rows.map(({ id }) => id));
      expect(walked.ids).toHaveLength(48);
      expect(walked.pages).toBe(Math.ceil(48 / limit));
    },
  );

  it.each(['a_text=a', 'a_number=7', 'a_boolean=true', 'a_timestamp=2026-01-02T00:00:00.001Z', 'always=3'])(
    'filtered by %s in pages of 2, in both directions and by the field itself',
    async (condition) => {
      const [name, value] = condition.split('=') as [string, string];
      const { rows } = await client.query(
        `select id from aquifer_data.things where owner_id = $1 and ${name} = $2 order by id`,
        [ada, value],
      );
      const ids = rows.map(({ id }) => id);
      expect(ids.length).toBeGreaterThan(2);
      for (const sort of ['created', name]) {
        expect((await walk(`?where.${condition}&limit=2&sort=${sort}`)).ids).toEqual(ids);
        expect((await walk(`?where.${condition}&limit=2&sort=-${sort}`)).ids).toEqual(ids.toReversed());
      }
      expect((await walk(`?where.${condition}&limit=2`)).ids).toEqual(ids.toReversed());
    },
  );

  it('filters by a reference', async () => {
    const { rows } = await client.query('select id, other from aquifer_data.things where other is not null limit 1');
    expect((await walk(`?where.other=${rows[0].other}`)).ids).toEqual([rows[0].id]);
  });

  it('gives 50 when not told how many, and the newest first', async () => {
    const owner = server.as('018f0000-0000-7000-8000-000000000c0c');
    for (let n = 0; n < 51; n += 1) await owner.post(records, { always: n });
    const { body } = await owner.get(records);
    expect(body.records.map((record: { always: number }) => record.always)).toEqual(
      Array.from({ length: 50 }, (_none, index) => 50 - index),
    );
    expect((await owner.get(`${records}?cursor=${body.nextCursor}`)).body).toMatchObject({
      records: [{ always: 0 }],
      nextCursor: null,
    });
  });

  it('keeps its place while records come and go', async () => {
    const owner = server.as('018f0000-0000-7000-8000-000000000d0d');
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) ids.push((await owner.post(records, { always: 1 })).body.record.id);
    const first = (await owner.get(`${records}?sort=always&limit=3`)).body;
    await owner.delete(`${records}/${ids[2]}`);
    await owner.delete(`${records}/${ids[0]}`);
    await owner.post(records, { always: 0 });
    const second = (await owner.get(`${records}?sort=always&limit=3&cursor=${first.nextCursor}`)).body;
    expect(second.records.map(({ id }: { id: string }) => id)).toEqual(ids.slice(3));
  });

  it('cuts a page at its share of bytes, and still gives every record once', async () => {
    await server.as(operator).post('/v1/data/collections', {
      name: 'heavy',
      fields: [
        ...Array.from({ length: 9 }, (_none, index) => ({ name: `t${index}`, type: 'text' })),
        { name: 'j', type: 'json' },
        { name: 'n', type: 'number', indexed: true },
      ],
    });
    const heavy = '/v1/data/records/heavy';
    const text = 'x'.repeat(100_000);
    const values = Object.fromEntries(Array.from({ length: 9 }, (_none, index) => [`t${index}`, text]));
    for (let n = 0; n < 12; n += 1) {
      expect((await user.post(heavy, { ...values, j: ['y'.repeat(90_000)], n: n % 2 ? null : n })).status).toBe(201);
    }
    for (const sort of ['created', '-created', 'n', '-n']) {
      const seen: string[] = [];
      let cursor = '';
      do {
        const { body } = await user.get(`${heavy}?limit=200&sort=${sort}${cursor}`);
        expect(body.records.length).toBeGreaterThan(0);
        expect(JSON.stringify(body).length).toBeLessThan(10_000_000);
        seen.push(...body.records.map(({ id }: { id: string }) => id));
        cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
      } while (cursor !== '');
      expect(new Set(seen).size).toBe(12);
      expect(seen).toHaveLength(12);
    }
  });

  const refused: [string, string, string][] = [
    ['a field that has no index, as sort', 'sort=plain', 'field_not_indexed'],
    ['a field that has no index, as filter', 'where.plain=x', 'field_not_indexed'],
    ['a field that is none, as sort', 'sort=nothing', 'invalid_input'],
    ['a field that is none, as filter', 'where.nothing=x', 'invalid_input'],
    ['the owner, as filter', `where.owner_id=${bob}`, 'invalid_input'],
    ['the owner, as sort', 'sort=owner_id', 'invalid_input'],
    ['a column of Postgres, as sort', 'sort=xmin', 'invalid_input'],
    ['a key of prototypes, as filter', 'where.constructor=x', 'invalid_input'],
    ['SQL, as sort', 'sort=created;drop table x', 'invalid_input'],
    ['SQL, as the name of a filter', 'where.a_text%22=x', 'invalid_input'],
    ['a sort with two signs', 'sort=--created', 'invalid_input'],
    ['two filters', 'where.a_text=a&where.always=1', 'combination_not_served'],
    ['a filter by one field sorted by another', 'where.a_text=a&sort=always', 'combination_not_served'],
    ['a filter given twice', 'where.a_text=a&where.a_text=b', 'invalid_input'],
    ['a text for a number', 'where.a_number=x', 'invalid_input'],
    ['an empty number', 'where.a_number=', 'invalid_input'],
    ['a hexadecimal number', 'where.a_number=0x1', 'invalid_input'],
    ['a number for a boolean', 'where.a_boolean=1', 'invalid_input'],
    ['a day for a time', 'where.a_timestamp=2026-01-01', 'invalid_input'],
    ['a text for a reference', 'where.other=x', 'invalid_input'],
    ['NUL', 'where.a_text=%00', 'invalid_input'],
    ['limit 0', 'limit=0', 'invalid_input'],
    ['limit 201', 'limit=201', 'invalid_input'],
    ['limit 1.5', 'limit=1.5', 'invalid_input'],
    ['an empty cursor', 'cursor=', 'invalid_input'],
    ['what it does not know', 'offset=1', 'invalid_input'],
  ];
  it.each(refused)('400 for %s', async (_what, query, code) => {
    const { status, body } = await user.get(`${records}?${query}`);
    expect([status, body.code]).toEqual([400, code]);
  });
});

describe('GET /v1/data/collections/{collection}/records', () => {
  const all = '/v1/data/collections/things/records';

  it('gives the records of all owners, one owner after the other, newest first, with their owner', async () => {
    const op = server.as(operator);
    const { rows } = await client.query('select id, owner_id from aquifer_data.things order by owner_id desc, id desc');
    const seen: { id: string; owner_id: string }[] = [];
    let cursor = '';
    do {
      const { body } = await op.get(`${all}?limit=20${cursor}`);
      seen.push(...body.records.map((one: { id: string; ownerId: string }) => ({ id: one.id, owner_id: one.ownerId })));
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
    } while (cursor !== '');
    expect(seen).toEqual(rows);
  });

  it('gives the records of one owner, and refuses a cursor of the other list', async () => {
    const op = server.as(operator);
    const { body } = await op.get(`${all}?ownerId=${bob}&limit=5`);
    expect(body.records).toHaveLength(5);
    expect(body.records.every(({ ownerId }: { ownerId: string }) => ownerId === bob)).toBe(true);
    const next = await op.get(`${all}?ownerId=${bob}&limit=200&cursor=${body.nextCursor}`);
    expect(next.body.records).toHaveLength(7);
    expect((await op.get(`${all}?cursor=${body.nextCursor}`)).body.code).toBe('invalid_cursor');
    expect((await op.get(`${all}?ownerId=bob`)).status).toBe(400);
    expect((await op.get('/v1/data/collections/nothing/records')).status).toBe(404);
  });
});

it('logged no error', () => expect(server.errors).toEqual([]));

async function walk(query: string): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let cursor = '';
  for (let pages = 1; ; pages += 1) {
    const { status, body } = await user.get(`${records}${query}${cursor}`);
    expect(status).toBe(200);
    ids.push(...body.records.map(({ id }: { id: string }) => id));
    if (body.nextCursor === null) return { ids, pages };
    cursor = `&cursor=${body.nextCursor}`;
  }
}
