/** The pages about security say what is so: each test they name is there, each line of the lists is answered once. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');

/** The lines of a page's tables whose first cell looks so, cell by cell. */
function rowsOf(page: string, first: RegExp): string[][] {
  return read(page)
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([cell = '']) => first.test(cell));
}

const testFiles = readdirSync(`${root}src/test`, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.test.ts'),
);

/** How many published faults there are of each class. */
const CLASSES = { A: 11, B: 10, C: 7, D: 9, E: 6, F: 11, G: 8, H: 2, I: 5, J: 6 };

test('every published fault is answered once: by tests of its name, or by why it cannot apply', () => {
  const expected = Object.entries(CLASSES).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  );
  const rows = rowsOf('docs/user-guide/security.md', /^[A-J]\d+$/);
  expect(rows.map(([id]) => id)).toEqual(expected);
  const sources = testFiles.map((path) => read(`src/test/${path}`)).join('\n');
  const named = new Set([...sources.matchAll(/reg\/([A-J]\d+)-/g)].map(([, id]) => id));
  const wrong = rows.filter(([id, , answer = '']) => (answer === 'tested') !== named.has(id));
  expect(wrong.map(([id, , answer]) => `${id}: ${answer}`)).toEqual([]);
  const unexplained = rows.filter(([, , answer = '']) => answer !== 'tested' && !/^does not apply: .{20}/.test(answer));
  expect(unexplained).toEqual([]);
});

test('every line of ASVS levels 1 and 2 is answered once, and what it names is there', () => {
  const rows = rowsOf('docs/user-guide/asvs.md', /^V\d+\.\d+\.\d+$/);
  expect(new Set(rows.map(([id]) => id)).size).toBe(253);
  expect(rows.length).toBe(253);
  const missing = rows.flatMap(([id, state = '', how = '']) => {
    const places = [...how.matchAll(/`(src\/test\/[^`]+)`|(docs\/[\w/-]+\.md)/g)].map(([, a, b]) => a ?? b ?? '');
    const gone = places.filter((place) => !existsSync(`${root}${place}`));
    const isSaid = ['met', 'n.a.', 'open'].includes(state) && how !== '';
    return isSaid && gone.length === 0 ? [] : [`${id}: ${state} ${gone.join(', ')}`];
  });
  expect(missing).toEqual([]);
});

test('at least 95 % of what applies to accounts is met, and the page counts rightly', () => {
  const rows = rowsOf('docs/user-guide/asvs.md', /^V(?:6|7|8|9|10)\.\d+\.\d+$/);
  const applies = rows.filter(([, state]) => state !== 'n.a.');
  const met = applies.filter(([, state]) => state === 'met');
  expect(met.length / applies.length).toBeGreaterThanOrEqual(0.95);
  expect(read('docs/user-guide/asvs.md')).toContain(`${met.length} of ${applies.length} lines`);
});
