/** What `npm pack` makes is what someone else can install, run, embed and compile against, in a folder of his own. */

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { becomeOperator } from '../support/api-session.ts';
import { createTestDatabase } from '../support/database.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { findFreePort } from '../support/free-port.ts';
import { requireBuild, runProgram, startServer } from '../support/server-process.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const INSTALL_LIMIT_MS = 180_000;
const COMPILE_LIMIT_MS = 60_000;

let folder: string;
let program: string;
let packed: { files: { path: string }[]; filename: string };

async function npm(words: readonly string[], cwd: string): Promise<string> {
  // npm names its own program where it runs us; what it tells its children in the environment is not for this folder.
  const own = process.env.npm_execpath;
  const [file, ...first] = own?.endsWith('.js') ? [process.execPath, own] : ['npm'];
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle)/.test(name)),
  );
  const windows = process.platform === 'win32';
  return (await run(file ?? 'npm', [...first, ...words], { cwd, env, shell: windows, maxBuffer: 1e8 })).stdout;
}

beforeAll(async () => {
  requireBuild();
  folder = await mkdtemp(join(tmpdir(), 'aquifer-package-'));
  atEndOfFile(() => rm(folder, { recursive: true, force: true }));
  // The build belongs to whoever runs the tests: a test that builds would change it under the others.
  const told = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root);
  packed = JSON.parse(told)[0];
  const app = join(folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await npm(['install', ...quiet, `../${packed.filename}`], app);
  program = join(app, 'node_modules', 'aquifer', 'dist', 'main', 'cli', 'main.js');
}, INSTALL_LIMIT_MS);

test('it holds the build and the documents, and nothing else', () => {
  const paths = packed.files.map(({ path }) => path);
  const allowed =
    /^(dist\/(main|console)\/|docs\/|config\/(example\.env|grafana\/.+|prometheus\/.+)$|(README|CHANGELOG)\.md$|LICENSE$|package\.json$)/;
  expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
  for (const path of [
    'dist/main/main.js',
    'dist/main/app.d.ts',
    'dist/console/index.html',
    'dist/console/hosted.html',
  ]) {
    expect(paths).toContain(path);
  }
  expect(paths.some((path) => /^dist\/main\/database\/migrations\/0001-.*\.sql$/.test(path))).toBe(true);
});

test('installing it brings no tool that only building needs', async () => {
  const installed = await readdir(join(folder, 'app', 'node_modules'));
  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const tools = ['react', 'react-dom', 'vite', 'vitest', 'typescript', 'playwright-core'];
  expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(tools));
  expect(installed.filter((name) => tools.includes(name))).toEqual([]);
});

test('npx finds the command, and it says its version', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const said = await npm(['exec', '--no', '--', 'aquifer', '--version'], join(folder, 'app'));
  expect(said.trim()).toBe(version);
  const { stdout } = await runProgram(['--help'], { program });
  expect(stdout).toContain('migrate');
});

test('the server starts from it, with its pages', async () => {
  const database = await createTestDatabase({ isEmpty: true });
  onTestFinished(() => database.drop());
  const environment = { DATABASE_URL: database.url, PORT: String(await findFreePort()), HASH_THREADS: '1' };
  const server = await startServer({ program, folder: join(folder, 'app'), environment });
  await becomeOperator(server.url, server.setupLink);
  for (const path of ['/console/', '/accounts/log-in', '/docs']) {
    const page = await fetch(server.url + path);
    expect([path, page.status, page.headers.get('content-type')]).toEqual([path, 200, 'text/html; charset=utf-8']);
    const [, script] = /src="([^"]+\.js)"/.exec(await page.text()) ?? [];
    expect((await fetch(new URL(script ?? 'none', server.url))).status).toBe(200);
  }
  expect(await server.end('SIGTERM')).toMatchObject({ exitCode: 0, stderr: '' });
});

const PROGRAM = `
import { AppError, type App, startApp } from 'aquifer';
import { createClient, ProblemError, type StoredRecord } from 'aquifer/client';
import { createDatabase, createLogger, statement } from 'aquifer/pool';
import { type Adapter, createSchedule, type Schedule } from 'aquifer/loadtest';

const double = statement<[number], { twice: number }>({
  name: 'program.double',
  lane: 'interactive',
  deadlineMs: 1_000,
  text: 'select $1::integer * 2 as twice',
  unindexedBecause: 'it reads no table',
});

export async function run(connectionString: string): Promise<{ twice: number; refused: string }> {
  const database = createDatabase({ connectionString, maxConnections: 5, logger: createLogger({ level: 'silent' }) });
  const [row] = await database.query(double, [21]);
  await database.close();
  const logger = createLogger({ level: 'silent' });
  const app: App = await startApp({ environment: { DATABASE_URL: connectionString, PORT: '0' }, logger });
  const client = createClient({ baseUrl: app.url });
  const notes = client.data.records<{ title: string }>('notes');
  try {
    const made: StoredRecord<{ title: string }> = await notes.create({ title: 'a' });
    return { twice: made.title.length, refused: '' };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const code: string = error.code;
    return { twice: row?.twice ?? 0, refused: code };
  } finally {
    await app.stop();
  }
}

export const adapter: Adapter = { name: 'own', requestFor: () => ({ method: 'GET', path: '/' }) };
const phases = [{ name: 'calm', durationMs: 1_000, rates: { reads: 5 } }];
export const schedule: Schedule = createSchedule({ seed: 1, users: 5, streams: { reads: {} }, phases });
export const isOurs = (error: unknown): boolean => error instanceof AppError;
`;

test(
  'a program in TypeScript compiles against all that it exports, strictly',
  async () => {
    const app = join(folder, 'app');
    await writeFile(join(app, 'program.ts'), PROGRAM);
    // A stranger has @types/node; here it is lent by the repository.
    await cp(join(root, 'node_modules/@types/node'), join(app, 'node_modules/@types/node'), { recursive: true });
    await cp(join(root, 'node_modules/undici-types'), join(app, 'node_modules/undici-types'), { recursive: true });
    const options = ['--strict', '--skipLibCheck', 'false', '--exactOptionalPropertyTypes', '--target', 'es2023'];
    const compile = (words: string[]) =>
      run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...words], { cwd: app }).then(
        () => '',
        (error) => String(error.stdout),
      );
    const lib = ['--lib', 'es2023,dom,dom.iterable', '--types', 'node', '--module', 'nodenext'];
    const guide = await readFile(join(root, 'docs/user-guide/embedding.md'), 'utf8');
    const [, example = ''] = /## Your own routes and your own SQL[\s\S]*?```ts\n([\s\S]*?)```/.exec(guide) ?? [];
    expect(example).toContain('startApp({');
    await writeFile(join(app, 'example.ts'), example);
    expect(await compile([...options, ...lib, '--outDir', 'out', 'program.ts', 'example.ts'])).toBe('');
    const wrong = PROGRAM.replace("{ title: 'a' }", '{ title: 1 }');
    await writeFile(join(app, 'wrong.ts'), wrong);
    expect(await compile([...options, ...lib, '--noEmit', 'wrong.ts'])).toContain('TS2322');
  },
  COMPILE_LIMIT_MS,
);

test('and the program runs', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const compiled = pathToFileURL(join(folder, 'app', 'out', 'program.js')).href;
  const text = `import(${JSON.stringify(compiled)}).then(async ({ run }) => console.log(JSON.stringify(await run(${JSON.stringify(database.url)}))))`;
  const { stdout } = await run(process.execPath, ['-e', text], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual({ twice: 42, refused: 'not_logged_in' });
});
