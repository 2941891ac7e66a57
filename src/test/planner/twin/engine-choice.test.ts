import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Snapshot, SnapshotRelation } from '../../../main/planner/snapshot/snapshot.ts';
import { createTwin } from '../../../main/planner/twin/create-twin.ts';
import type { Twin, TwinOptions } from '../../../main/planner/twin/twin.ts';

let twin: Twin | undefined;

afterEach(async () => {
  await twin?.close();
  twin = undefined;
});

function table(name: string, blocks: number, tuples: number): SnapshotRelation {
  const statistics = { nullFraction: 0, averageWidthBytes: 8, distinct: -1, histogram: ['1', '5000', String(tuples)] };
  return {
    schema: 'public',
    name,
    kind: 'table',
    columns: [
      { name: 'id', type: 'bigint', isNotNull: true, statistics },
      { name: 'body', type: 'text', isNotNull: false },
    ],
    constraints: [],
    size: { blocks, pages: blocks, tuples, allVisiblePages: blocks },
    toastBlocks: 0,
  };
}

function snapshotOf(relations: SnapshotRelation[], further: Partial<Snapshot> = {}): Snapshot {
  return {
    format: 1,
    takenAt: '2026-11-23T00:00:00.000Z',
    database: 'made by hand',
    server: { versionNumber: 180_000, version: '18.0' },
    settings: {},
    searchPath: ['public'],
    extensions: [],
    schemas: ['public'],
    objects: [],
    relations,
    indexes: relations.map(({ name, size }) => ({
      schema: 'public',
      name: `${name}_id`,
      table: { schema: 'public', name },
      definition: `CREATE INDEX ${name}_id ON public.${name} USING btree (id)`,
      method: 'btree',
      keys: [{ column: 'id' }],
      include: [],
      isUnique: false,
      isPrimary: false,
      isValid: true,
      isNeeded: false,
      size: { blocks: Math.ceil(size.blocks / 4), pages: Math.ceil(size.blocks / 4), tuples: size.tuples },
    })),
    countedSince: null,
    gaps: [],
    ...further,
  };
}

async function open(snapshot: Snapshot, options: TwinOptions = {}): Promise<Twin> {
  twin = await createTwin(snapshot, options);
  return twin;
}

const nodeOf = async (of: Twin, text: string, params?: string[]) =>
  (await of.explain(text, params ? { params } : {})).root['Node Type'];

test('a terabyte takes a few megabytes', async () => {
  const made = await open(snapshotOf([table('huge', 2 ** 27, 5e9), table('small', 10, 1_000)]));
  expect(await made.diskBytes()).toBeLessThan(100_000_000);
  const { rows, cost } = await made.explain('select * from huge');
  expect(rows).toBe(5e9);
  expect(cost).toBeGreaterThan(2 ** 27);
  expect(await nodeOf(made, 'select * from huge where id = $1', ['77'])).toBe('Index Scan');
});

test('where files cannot have holes, the twin is told their lengths, says so, and plans the same', async () => {
  const relations = [table('large', 400_000, 20_000_000), table('other', 100_000, 3_000_000)];
  const whole = await open(snapshotOf(relations));
  const text = 'select * from large l join other o on o.id = l.id where l.id < $1';
  const { cost, rows } = await whole.explain(text, { params: ['40000'] });
  await whole.close();
  const small = await open(snapshotOf(relations), { hasSparseFiles: false });
  const found = await small.explain(text, { params: ['40000'] });
  expect(found.rows).toBe(rows);
  expect(found.cost).toBe(cost);
  expect(small.gaps.map(({ subject }) => subject)).toContain('files of the twin');
});

test('of a snapshot that comes from no one we know, no more is run than it may hold', async () => {
  const good = table('good', 100, 3_000);
  const made = await open(
    snapshotOf(
      [good, { ...table('bad', 1, 1), columns: [{ name: 'id', type: 'int); drop table good; --', isNotNull: true }] }],
      {
        objects: [
          { schema: 'public', name: 'f', kind: 'function', definition: "copy (select 1) to '/tmp/x'" },
          { schema: 'public', name: 'v', kind: 'view', definition: 'create view v as select 1; drop table good' },
        ],
        settings: { log_directory: '/etc', session_preload_libraries: 'x', work_mem: '64MB', seq_page_cost: 'nothing' },
        extensions: [{ name: 'postgis', version: '3', schema: 'public' }],
        searchPath: ['public', 'odd"; drop table good; --'],
      },
    ),
  );
  expect((await made.explain('select * from good')).rows).toBe(3_000);
  const said = made.gaps.map(({ subject }) => subject);
  expect(said).toEqual(expect.arrayContaining(['public.bad', 'public.f', 'public.v', 'extension postgis']));
});

test('what comes from no one we know is not run beside this process', async () => {
  const old = { server: { versionNumber: 150_000, version: '15.0' } };
  await expect(createTwin(snapshotOf([], old), { engine: 'native' })).rejects.toMatchObject({
    code: 'native_twin_refused',
  });
  const made = await open(snapshotOf([], old), { exact: true });
  expect(made.engine.kind).toBe('pglite');
  expect(made.gaps.map(({ sentence }) => sentence).join(' ')).toContain(
    "Production's own version was asked for and is not used",
  );
});

test('texts that are not compared by bytes have no plain index for a beginning', async () => {
  const people: SnapshotRelation = {
    ...table('people', 10_000, 500_000),
    columns: [{ name: 'id', type: 'text', isNotNull: true }],
  };
  const locale = { collate: 'en_US.UTF-8', ctype: 'en_US.UTF-8', provider: 'c', encoding: 'UTF8' };
  const made = await open(snapshotOf([people], { locale }));
  const conditions = JSON.stringify((await made.explain("select * from people where id like 'abc%'")).root);
  expect(conditions).not.toContain('Index Cond');
  expect(made.gaps.map(({ subject }) => subject)).toContain('collation en_US.UTF-8');
});

test('an older production is planned without what came later', async () => {
  const settings = Object.fromEntries(
    [
      'seqscan',
      'indexscan',
      'bitmapscan',
      'hashjoin',
      'mergejoin',
      'nestloop',
      'sort',
      'material',
      'hashagg',
      'tidscan',
    ].map((name) => [`enable_${name}`, 'on']),
  );
  const made = await open(snapshotOf([table('one', 1_000, 50_000)], { settings }));
  const text = 'select a.id from one a join one b on a.id = b.id order by a.id, a.body';
  expect(JSON.stringify((await made.explain(text)).root)).not.toContain('Incremental Sort');
});

test('a twin whose process has ended is removed by the next; one that fails leaves nothing', async () => {
  const directory = join(tmpdir(), `aquifer-twin-test-${process.pid}-${Date.now()}`);
  mkdirSync(directory);
  await expect(createTwin(snapshotOf([]), { directory })).rejects.toThrow();
  expect(readdirSync(directory)).toEqual([]);
  const made = await open(snapshotOf([]));
  const ours = readdirSync(tmpdir()).filter(
    (name) => name.includes(`-${process.pid}-`) && name.startsWith('aquifer-twin-'),
  );
  await made.close();
  twin = undefined;
  expect(ours.some((name) => existsSync(join(tmpdir(), name, 'PG_VERSION')))).toBe(false);
});
