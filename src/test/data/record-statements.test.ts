import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteName } from '../../main/data/definition.ts';
import { listStatements, type Statement } from '../../main/database/index.ts';
import { type DataServer, operator, startDataServer } from './data-server.ts';

const ROWS = 100_000;
/** One owner has half of all records, the others share the rest. */
const owners = Array.from({ length: 21 }, (_none, index) => `018f0000-0000-7000-8000-0000000000${10 + index}`);
const [large = '', small = ''] = owners;
const types = ['text', 'number', 'boolean', 'timestamp'] as const;
let server: DataServer;
let client: pg.Client;

beforeAll(async () => {
  server = await startDataServer();
  client = new pg.Client({ connectionString: server.testDatabase.url });
  await client.connect();
  const fields = [
    ...types.map((type) => ({ name: `a_${type}`, type, indexed: true })),
    { name: 'always', type: 'number', required: true, indexed: true },
    { name: 'parent', type: 'reference', target: 'planned' },
    { name: 'body', type: 'text' },
    { name: 'extra', type: 'json' },
  ];
  await server.as(operator).post('/v1/data/collections', { name: 'planned', fields });
  await client.query(
    `insert into aquifer_data.planned (id, owner_id, a_text, a_number, a_boolean, a_timestamp, always, body)
     select
       ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
       ($1::uuid[])[case when n % 2 = 0 then 1 else 2 + (n / 2) % 20 end],
       case when (n / 40) % 10 < 3 then null else md5((n % 1000)::text) end,
       case when (n / 40) % 10 < 3 then null else (n * 7919) % 5000 end,
       case when (n / 40) % 10 < 3 then null else n % 3 = 0 end,
       case when (n / 40) % 10 < 3 then null else timestamptz '2026-01-01Z' + make_interval(mins => (n * 7919) % 50000) end,
       n % 100,
       repeat('x', 200)
     from generate_series(1, ${ROWS}) as n`,
    [owners],
  );
  await client.query('vacuum analyze aquifer_data.planned');
  await declareEveryShape();
});
afterAll(async () => {
  await client.end();
  await server.close();
});

/** Walks every list, so that each statement of the collection is declared; first pages, next pages, and those among nulls. */
async function declareEveryShape(): Promise<void> {
  const user = server.as(small);
  const values = { a_text: 'x', a_number: 1, a_boolean: true, a_timestamp: '2026-01-01T00:00:00Z', always: 1 };
  for (const name of [...Object.keys(values), 'parent', 'created']) {
    for (const sort of [name, `-${name}`]) {
      let cursor = '';
      for (let page = 0; page < 30; page += 1) {
        const { status, body } = await user.get(`/v1/data/records/planned?limit=200&sort=${sort}${cursor}`);
        expect(status).toBe(200);
        if (!body.nextCursor) break;
        cursor = `&cursor=${body.nextCursor}`;
      }
    }
  }
  for (const [name, value] of Object.entries({ ...values, parent: small })) {
    for (const sort of ['created', '-created']) {
      expect((await user.get(`/v1/data/records/planned?where.${name}=${value}&sort=${sort}`)).status).toBe(200);
    }
  }
  const all = '/v1/data/collections/planned/records';
  for (const path of [all, `${all}?ownerId=${small}`]) expect((await server.as(operator).get(path)).status).toBe(200);
}

const valueOfType: Record<string, string> = {
  text: `'${'8'.repeat(32)}'`,
  'double precision': '2500',
  boolean: 'true',
  'timestamptz(3)': `'2026-01-20T00:00:00Z'`,
  uuid: `'${small}'`,
};

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Actual Rows'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

function listShapes(): Statement[] {
  return listStatements().filter(({ name }) => name.startsWith('data.listRecords(planned'));
}

/** What stands for each parameter: the owner first, an id from the middle, a value of its type, and 51 records. */
function argumentsFor({ text }: Statement, owner: string): string {
  const types = new Map(
    [...text.matchAll(/\$(\d+)::([a-z]+(?: precision)?(?:\(3\))?)/g)].map(([, n, type]) => [Number(n), type ?? '']),
  );
  return [...types]
    .sort(([a], [b]) => a - b)
    .map(([position, type]) => {
      if (position === 1) return `'${owner}'`;
      if (type === 'integer') return '51';
      return type === 'uuid' ? `'018f0000-0000-7000-8000-00000000c350'` : valueOfType[type];
    })
    .join(', ');
}

async function explain(one: Statement, owner: string, mode: string): Promise<PlanNode[]> {
  await client.query(`set plan_cache_mode = ${mode}`);
  await client.query(`prepare shape as ${one.text}`);
  try {
    const execute = `execute shape(${argumentsFor(one, owner)})`;
    const { rows } = await client.query(`explain (analyze, costs off, timing off, format json) ${execute}`);
    return flatten(rows[0]['QUERY PLAN'][0].Plan);
  } finally {
    await client.query('deallocate shape');
  }
}

function flatten(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}

describe('every way of listing', () => {
  it('is known here', () => {
    const names = listShapes().map(({ name }) => name.replace('data.listRecords(planned', '').replace(')', ''));
    const optional = ['a_boolean', 'a_number', 'a_text', 'a_timestamp'];
    const expected = [
      ...['', ' by created', ' of all owners', ' of one owner'],
      ...[...optional, 'always', 'parent'].flatMap((name) => [` where ${name}`, ` where ${name} by created`]),
      ...[...optional, 'always'].flatMap((name) => [` by ${name}`, ` by ${name}, continued`]),
      ...[...optional, 'always'].flatMap((name) => [` by -${name}`, ` by -${name}, continued`]),
      ...optional.flatMap((name) => [` by ${name}, without value`, ` by -${name}, without value`]),
      ...[' by parent', ' by -parent', ' by parent, without value', ' by -parent, without value'],
    ];
    expect(names.sort()).toEqual(expected.sort());
  });

  it.each([
    ['force_custom_plan', 'the owner of half of all', large],
    ['force_custom_plan', 'a small owner', small],
    ['force_generic_plan', 'the owner of half of all', large],
    ['force_generic_plan', 'a small owner', small],
    ['auto', 'an owner without records', operator],
  ])('is served by an index in its order, and reads no more than the page: %s, %s', async (mode, _who, owner) => {
    const faults: string[] = [];
    for (const one of listShapes()) {
      const nodes = await explain(one, owner, mode);
      const kinds = nodes.map((node) => node['Node Type']);
      const scans = nodes.filter((node) => node['Node Type'].includes('Scan') && node['Node Type'] !== 'Subquery Scan');
      const isIndexed = scans.every(
        (node) => /^Index (Only )?Scan$/.test(node['Node Type']) && node['Index Cond']?.includes('owner_id'),
      );
      const readsTooMuch = scans.some(
        (node) => (node['Actual Rows'] ?? 0) > 51 || (node['Rows Removed by Filter'] ?? 0) > 0,
      );
      if (kinds.some((kind) => /Sort|Bitmap|Seq/.test(kind)) || !isIndexed || readsTooMuch) {
        faults.push(`${one.name}: ${summarize(nodes)}`);
      }
    }
    expect(faults).toEqual([]);
  });
});

it('the look for records that refer to a deleted one is served by an index', async () => {
  const { rows } = await client.query(
    `explain (format json) select 1 from only aquifer_data.planned x where '${large}' = owner_id and '${small}' = parent for key share of x`,
  );
  const scans = flatten(rows[0]['QUERY PLAN'][0].Plan).filter((node) => node['Node Type'].includes('Scan'));
  expect(scans[0]?.['Index Cond']).toMatch(/owner_id.*parent/);
});

describe('quoteName', () => {
  it.each(['', 'A', 'a"b', 'a b', 'a;', '1a', '_a', 'ä', 'a\n', `a${'b'.repeat(48)}`])('refuses %j', (name) => {
    expect(() => quoteName(name)).toThrow();
  });
});

function summarize(nodes: PlanNode[]): string {
  return nodes
    .map(
      (node) => `${node['Node Type']} ${node['Index Name'] ?? ''} ${node['Index Cond'] ?? ''} ${node['Actual Rows']}`,
    )
    .join(' < ');
}
