import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkBreachedPasswords, checkCertificate } from '../../main/cli/check-files.ts';
import { runPasswordsCheckFile } from '../../main/cli/passwords-check-file.ts';
import { readConfig } from '../../main/foundation/config.ts';
import { createTestCertificate } from '../support/certificate.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aquifer-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

const DAY_MS = 86_400_000;

async function examine(pair: { cert: string; key: string }, baseUrl = 'https://localhost') {
  await writeFile(join(folder, 'cert.pem'), pair.cert);
  await writeFile(join(folder, 'key.pem'), pair.key);
  const environment = { TLS_CERT_FILE: join(folder, 'cert.pem'), TLS_KEY_FILE: join(folder, 'key.pem') };
  return checkCertificate(readConfig({ ...environment, BASE_URL: baseUrl }));
}

describe('the certificate', () => {
  test('is good, and until when', async () => {
    expect(await examine(createTestCertificate())).toEqual([
      { check: 'Certificate', status: 'ok', detail: expect.stringMatching(/^good until 20\d\d-\d\d-\d\d, \d\d days$/) },
    ]);
  });

  test('ends soon, is for another host, belongs to no key, or is not there', async () => {
    const soon = createTestCertificate({ validTo: new Date(Date.now() + 5 * DAY_MS) });
    expect(await examine(soon)).toMatchObject([{ status: 'warning', detail: expect.stringContaining('expires soon') }]);
    const other = await examine(createTestCertificate(), 'https://app.example');
    expect(other).toMatchObject([{ status: 'fault', detail: expect.stringContaining('not for app.example') }]);
    const mixed = { ...createTestCertificate(), key: createTestCertificate().key };
    expect(await examine(mixed)).toMatchObject([
      { status: 'fault', detail: expect.stringContaining('does not belong') },
    ]);
    expect(await checkCertificate(readConfig({}))).toEqual([]);
  });
});

const hash = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();

async function write(passwords: readonly string[], { isSorted = true } = {}): Promise<string> {
  const path = join(folder, 'stolen.txt');
  const hashes = passwords.map(hash).sort();
  await writeFile(path, (isSorted ? hashes : hashes.reverse()).map((one) => `${one}:3\r\n`).join(''));
  return path;
}

async function run(path: string | undefined, full = false) {
  const said: { lines: readonly string[]; json: Record<string, unknown> }[] = [];
  const output = {
    progress: () => undefined,
    answer: (lines: readonly string[], json: Record<string, unknown>) => said.push({ lines, json }),
  };
  const exitCode = await runPasswordsCheckFile(output, path, { full });
  return { exitCode, ...said[0] };
}

describe('the file of stolen passwords', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => `one ${index}`);

  test.each([false, true])('is good (every line: %s)', async (full) => {
    const { exitCode, json, lines } = await run(await write([...many, '123456', 'password']), full);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ isGood: true, isInOrder: true, found: ['123456', 'password'] });
    expect(json?.linesInFile).toBeGreaterThan(4_900);
    expect(json?.linesInFile).toBeLessThan(5_100);
    if (full) expect(json).toMatchObject({ lines: 5_002, linesInFile: 5_002 });
    expect(lines?.join('\n')).toContain('They are in order.');
  });

  test('is another list, or not in order', async () => {
    expect(await run(await write(many))).toMatchObject({ exitCode: 3, json: { isGood: false, found: [] } });
    for (const full of [false, true]) {
      const upsideDown = await run(await write([...many, '123456'], { isSorted: false }), full);
      expect(upsideDown).toMatchObject({ exitCode: 3, json: { isInOrder: false } });
    }
  });

  test('one line in the wrong place is seen by who looks at all of them', async () => {
    const path = join(folder, 'swapped.txt');
    const hashes = [...many, '123456'].map(hash).sort();
    const [first = '', second = ''] = hashes.splice(3_000, 2);
    hashes.splice(3_000, 0, second, first);
    await writeFile(path, hashes.join('\n'));
    expect(await run(path, true)).toMatchObject({ exitCode: 3, json: { isInOrder: false } });
  });

  test('has to be hashes', async () => {
    await writeFile(join(folder, 'words.txt'), '123456\n');
    await expect(run(join(folder, 'words.txt'))).rejects.toMatchObject({ code: 'breached_file_unusable' });
  });

  test('is a line of the doctor’s', async () => {
    const look = async (path: string) => checkBreachedPasswords(readConfig({ BREACHED_PASSWORDS_FILE: path }));
    expect(await look(await write(['123456']))).toMatchObject([{ status: 'ok' }]);
    expect(await look(await write(['654321']))).toMatchObject([{ status: 'warning' }]);
    expect(await look(join(folder, 'missing.txt'))).toMatchObject([{ status: 'warning' }]);
    expect(await checkBreachedPasswords(readConfig({}))).toEqual([]);
  });
});
