import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBreachedFile } from '../../../main/accounts/protection/breached-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aquifer-breached-'));
});
afterAll(() => rm(folder, { recursive: true }));

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();

interface Form {
  end?: string;
  last?: string;
  count?: (index: number) => number;
}

async function fileOf(
  passwords: readonly string[],
  { end = '\r\n', last = '\r\n', count = (index) => index + 1 }: Form = {},
) {
  const path = join(folder, 'hashes.txt');
  const lines = passwords
    .map(sha1)
    .sort()
    .map((hash, index) => `${hash}:${count(index)}`);
  await writeFile(path, lines.join(end) + last);
  return openBreachedFile(path);
}

const some = (count: number, name = 'in') => Array.from({ length: count }, (_, index) => `${name} ${index}`);

describe('a password is found in the file', () => {
  test.each([1, 2, 3, 7, 64, 89, 1_000])('of %i lines, each of them, and no other', async (count) => {
    const passwords = some(count);
    const file = await fileOf(passwords, { count: (index) => 10 ** (index % 9) });
    const found = await Promise.all(passwords.map((one) => file.has(one)));
    expect(found.filter((one) => !one)).toEqual([]);
    const others = await Promise.all(some(200, 'out').map((one) => file.has(one)));
    expect(others.filter((one) => one)).toEqual([]);
    await file.close();
  });

  test.each([
    ['\n', '\n'],
    ['\n', ''],
    ['\r\n', ''],
  ])('with lines that end in %j and a last one in %j', async (end, last) => {
    const passwords = some(300);
    const file = await fileOf(passwords, { end, last });
    const found = await Promise.all(passwords.map((one) => file.has(one)));
    expect(found.every((one) => one)).toBe(true);
    expect(await file.has('not in there')).toBe(false);
    await file.close();
  });

  test('in lower case, without counts', async () => {
    const path = join(folder, 'lower.txt');
    await writeFile(
      path,
      some(50)
        .map((one) => sha1(one).toLowerCase())
        .sort()
        .join('\n'),
    );
    const file = await openBreachedFile(path);
    expect(await file.has('in 7')).toBe(true);
    expect(await file.has('in 70')).toBe(false);
    await file.close();
  });

  test('case and spaces make another password', async () => {
    const file = await fileOf(['Seven Green Kettles']);
    expect(await file.has('Seven Green Kettles')).toBe(true);
    expect(await file.has('seven green kettles')).toBe(false);
    expect(await file.has('Seven Green Kettles ')).toBe(false);
    await file.close();
  });
});

describe('a file that is none is refused in words', () => {
  test.each([
    ['nothing', '', /is empty/],
    ['words', 'password\n123456\n', /no SHA-1 in hexadecimal at byte 0/],
    ['no lines', 'A'.repeat(10_000), /has no lines/],
  ])('%s', async (_name, text, words) => {
    const path = join(folder, 'wrong.txt');
    await writeFile(path, text);
    await expect(openBreachedFile(path)).rejects.toMatchObject({
      code: 'breached_file_unusable',
      message: expect.stringMatching(words),
    });
  });

  test('none at all', async () => {
    await expect(openBreachedFile(join(folder, 'missing.txt'))).rejects.toThrow(/missing.txt cannot be read/);
  });

  test('something else in the middle is said when it is met', async () => {
    const path = join(folder, 'spoilt.txt');
    const lines = some(500).map(sha1).sort();
    await writeFile(path, [...lines.slice(0, 250), 'x'.repeat(9_000), ...lines.slice(250)].join('\n'));
    const file = await openBreachedFile(path);
    await expect(file.has('in 1')).rejects.toMatchObject({ code: 'breached_file_unusable' });
    await file.close();
  });
});
