/** The quickstart, followed to the letter: every command in one shell, every answer compared with the one on the page. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { atEndOfFile } from '../support/end-of-file.ts';
import { type ServerProcess, serverFolder, settingsFor, startServer } from '../support/server-process.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(join(root, 'docs/user-guide/quickstart.md'), 'utf8');
/** Where the page assumes the server, and where it is. */
const PORT_OF_PAGE = 'http://localhost:8400';
const END_OF_BLOCK = '--- end of block ---';

interface Block {
  language: string;
  text: string;
}

const blocks: Block[] = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
  language,
  text,
}));
/** The server is started by the test itself. */
const commands = blocks.filter(({ language, text }) => language === 'sh' && !text.includes('npm start'));

let server: ServerProcess;
let settings: Record<string, string>;
let clone: string;

beforeAll(async () => {
  const folder = await serverFolder(atEndOfFile);
  settings = await settingsFor(folder);
  server = await startServer({ folder, environment: settings }, atEndOfFile);
  clone = await mkdtemp(join(tmpdir(), 'aquifer-quickstart-'));
  atEndOfFile(() => rm(clone, { recursive: true, force: true }));
  await cp(join(root, 'package.json'), join(clone, 'package.json'));
  await symlink(join(root, 'dist'), join(clone, 'dist'));
  const [script] = blocks.filter(({ language }) => language === 'js');
  await writeFile(join(clone, 'first-record.mjs'), here(script?.text ?? ''));
});

const here = (text: string) => text.replaceAll(PORT_OF_PAGE, server.url);

/** Runs all commands in one shell, as a reader would; what each printed, in order. */
async function runAll(): Promise<string[]> {
  const script = commands.map(({ text }) => `${here(text)}\nprintf '\\n%s\\n' '${END_OF_BLOCK}'`).join('\n');
  const child = spawn('bash', ['-c', `exec 2>&1\nset -e\n${script}`], {
    cwd: clone,
    env: { PATH: process.env.PATH, HOME: clone, ...settings },
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return output.split(`\n${END_OF_BLOCK}\n`);
}

const TIMES = ['createdAt', 'updatedAt', 'lastUsedAt', 'expiresAt', 'authenticatedAt'];
const VARIES = new Set(['requestId', 'token', 'userAgent', 'id', ...TIMES]);

/** What differs from run to run: ids, times, tokens, the request's id, the name of curl. */
function settled(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => {
      if (VARIES.has(key)) return typeof inner;
      return inner;
    }),
  );
}

const settledText = (text: string) =>
  here(text)
    .replaceAll(/token=\S+/g, 'token=…')
    .replaceAll(/on \d{4}-\d\d-\d\d at \d\d:\d\d UTC/g, 'on … UTC')
    .trim();

test('every command does what the page says', { timeout: 60_000 }, async () => {
  const printed = await runAll();
  const compared = commands.flatMap((command, index) => {
    const next = blocks[blocks.indexOf(command) + 1];
    if (next?.language !== 'json' && next?.language !== 'text') return [];
    const actual = printed[index] ?? '';
    return [{ command: command.text, documented: next, actual }];
  });
  expect(compared.length).toBeGreaterThan(10);
  for (const { command, documented, actual } of compared) {
    if (documented.language === 'text') expect(settledText(actual), command).toBe(settledText(documented.text));
    else expect(settled(JSON.parse(actual)), command).toEqual(settled(JSON.parse(documented.text)));
  }
});
