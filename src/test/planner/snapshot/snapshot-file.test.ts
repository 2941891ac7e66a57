import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ColumnStatistics, Snapshot } from '../../../main/planner/snapshot/snapshot.ts';
import {
  parseSnapshot,
  readSnapshotFile,
  snapshotText,
  writeSnapshotFile,
} from '../../../main/planner/snapshot/snapshot-file.ts';
import { smallSnapshot } from './small-snapshot.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aquifer-snapshot-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const refused = { code: 'bad_snapshot', kind: 'invalid' };

/** What is said of a snapshot that was changed. */
async function faultOf(change: (snapshot: Snapshot) => unknown): Promise<string> {
  const snapshot = smallSnapshot();
  change(snapshot);
  return parseSnapshot(JSON.stringify(snapshot)).then(
    () => 'none',
    (error: Error) => error.message.replace('This is no snapshot that can be used: ', ''),
  );
}

describe('a file', () => {
  test.each(['plain.json', 'small.json.gz'])('%s is read as it was written, and is its owner’s alone', async (name) => {
    const path = join(folder, name);
    const bytes = await writeSnapshotFile(path, smallSnapshot());
    expect(await readSnapshotFile(path)).toEqual(smallSnapshot());
    const { mode, size } = await stat(path);
    expect([mode & 0o777, size]).toEqual([0o600, bytes]);
  });

  test('has a line for each column and index, so that a difference can be read', async () => {
    const text = snapshotText(smallSnapshot());
    expect(JSON.parse(text)).toEqual(smallSnapshot());
    const other = smallSnapshot();
    Object.assign(other.relations[0]?.columns[2]?.statistics ?? {}, { distinct: 7 });
    const lines = text.split('\n');
    const changed = snapshotText(other)
      .split('\n')
      .filter((line) => !lines.includes(line));
    expect(changed).toHaveLength(1);
    expect(changed[0]).toContain('"age"');
  });

  test('that is not there, no JSON, no snapshot, or packed to burst is refused', async () => {
    await expect(readSnapshotFile(join(folder, 'missing'))).rejects.toMatchObject(refused);
    const path = join(folder, 'bad.json');
    const contents = ['', '{', 'null', '[]', '3', '{"format":1}', '['.repeat(100_000), gzipSync('{}').subarray(0, 15)];
    for (const content of contents) {
      await writeFile(path, content);
      await expect(readSnapshotFile(path)).rejects.toMatchObject(refused);
    }
    // Good JSON, but for its size.
    await writeFile(
      path,
      gzipSync(Buffer.concat([Buffer.alloc(3_000_000, 0x20), Buffer.from(snapshotText(smallSnapshot()))])),
    );
    expect((await stat(path)).size).toBeLessThan(10_000);
    expect(await readSnapshotFile(path)).toEqual(smallSnapshot());
    await expect(readSnapshotFile(path, 1_000_000)).rejects.toMatchObject(refused);
    await expect(readSnapshotFile(path, 1_000)).rejects.toThrow('the file is too large');
  });
});

describe('a hostile snapshot', () => {
  const people = ({ relations }: Snapshot) => relations[0] as Snapshot['relations'][number];
  const figures = (snapshot: Snapshot) => people(snapshot).columns[1]?.statistics as ColumnStatistics;

  test.each<[string, (snapshot: Snapshot) => unknown]>([
    ['of another format', (one) => Object.assign(one, { format: 2 })],
    ['with a member that nobody knows', (one) => Object.assign(one, { evil: true })],
    ['with one deep inside', (one) => Object.assign(figures(one), { evil: true })],
    ['with a moment that is none', (one) => Object.assign(one, { takenAt: 'now()' })],
    ['of Postgres 9', (one) => Object.assign(one.server, { versionNumber: 90_600 })],
    ['with a setting that is no name', (one) => Object.assign(one.settings, { 'work_mem; drop table x': '1' })],
    [
      'with a setting for the prototype',
      (one) => Object.defineProperty(one.settings, '__proto__', { value: 'x', enumerable: true }),
    ],
    ['with a NUL in a name', (one) => Object.assign(people(one), { name: 'a\u0000b' })],
    ['with an empty name', (one) => Object.assign(people(one), { name: '' })],
    ['with a length below nothing', (one) => Object.assign(people(one).size, { blocks: -1 })],
    ['with half a block', (one) => Object.assign(people(one).size, { blocks: 0.5 })],
    ['longer than a file can be', (one) => Object.assign(people(one).size, { blocks: 4_294_967_295 })],
    ['with rows without end', (one) => Object.assign(people(one).size, { tuples: 1e300 })],
    ['with a share above one', (one) => Object.assign(figures(one), { nullFraction: 1.5 })],
    ['with frequencies that are texts', (one) => Object.assign(figures(one), { commonFrequencies: ['0.1', '0.2'] })],
    [
      'with a storage option that is SQL',
      (one) => Object.assign(people(one), { options: { fillfactor: '10) as select 1; --' } }),
    ],
    [
      'with a statistics key that is no place',
      (one) => Object.assign(one.indexes[0] ?? {}, { expressionStatistics: { '0': figures(one) } }),
    ],
  ])('%s is refused', async (_what, change) => {
    expect(await faultOf(change)).not.toBe('none');
  });

  test('is refused for a number that JSON cannot hold', async () => {
    const text = JSON.stringify(smallSnapshot()).replace('"tuples":1000', '"tuples":1e999');
    await expect(parseSnapshot(text)).rejects.toMatchObject(refused);
  });

  test.each<[string, (snapshot: Snapshot) => unknown]>([
    ['is longer than 63 bytes', (one) => Object.assign(people(one).columns[0] ?? {}, { name: '水'.repeat(22) })],
    ['is there twice', (one) => one.relations.push(people(one))],
    ['has a column twice', (one) => people(one).columns.push({ name: 'id', type: 'text', isNotNull: true })],
    [
      'comes before what it inherits from',
      (one) => Object.assign(people(one), { inherits: [{ schema: 'public', name: 'letters' }] }),
    ],
    [
      'comes before what it inherits from',
      (one) => Object.assign(people(one), { inherits: [{ schema: 'public', name: 'people' }] }),
    ],
    ['the schema other is not there', (one) => Object.assign(people(one), { schema: 'other' })],
    ['has no table', (one) => Object.assign(one.indexes[0] ?? {}, { table: { schema: 'public', name: 'gone' } })],
    ['contradict themselves', (one) => figures(one).commonFrequencies?.push(0.1)],
    ['contradict themselves', (one) => Object.assign(figures(one), { histogram: ['a'] })],
    ['contradict themselves', (one) => Object.assign(figures(one), { ends: ['a'] })],
    [
      'contradict themselves',
      (one) => Object.assign(figures(one), { commonElements: ['a', 'b'], commonElementFrequencies: [0.1] }),
    ],
    [
      'larger than a twin can be',
      (one) => {
        for (const name of ['a', 'b', 'c'])
          one.relations.push({ ...people(one), name, size: { ...people(one).size, blocks: 4_000_000_000 } });
      },
    ],
    ['is not one', (one) => Object.assign(people(one).columns[0] ?? {}, { type: 'integer; drop table people' })],
  ])('%s', async (sentence, change) => {
    expect(await faultOf(change)).toContain(sentence);
  });

  test('never throws anything but its refusal, whatever is changed in it', async () => {
    const paths = pathsOf(smallSnapshot());
    const change = fc.tuple(
      fc.constantFrom(...paths),
      fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.double(), fc.constant(undefined)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const snapshot = smallSnapshot();
        for (const [path, value] of changes) put(snapshot, path, value);
        const text = JSON.stringify(snapshot);
        await parseSnapshot(text).then(
          (read) => expect(JSON.stringify(read)).toBe(text),
          (error) => expect(error).toMatchObject(refused),
        );
      }),
      { numRuns: 60 },
    );
  });
});

type Path = readonly string[];

/** Of each member, at any depth. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]));
  return path.length > 0 ? [path, ...inner] : inner;
}

/** What an earlier change has taken away is not there any more. */
function put(root: object, path: Path, value: unknown): void {
  let at = root as Record<string, unknown>;
  for (const key of path.slice(0, -1)) {
    if (typeof at[key] !== 'object' || at[key] === null) return;
    at = at[key] as Record<string, unknown>;
  }
  at[path.at(-1) as string] = value;
}
