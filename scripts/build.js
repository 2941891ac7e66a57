// Builds the server, the command line and the console into dist/. Imported by start.js, test.js, bench.js and drought.js as well.

import './node-version.js';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies, root } from './install.js';
import { Fault, runQuietly, runScript, say, step } from './terminal.js';
import { inTurn } from './turn.js';

const help = `
Usage: npm run build [-- --force]

Builds src/main into dist/: the server and the command line with tsc, the console with Vite.
A part whose sources have not changed since its last build is left as it is.

  --force   build everything
`;

const source = join(root, 'src', 'main');
const output = join(root, 'dist');
const consoleSource = join(source, 'console');
const everything = ['package.json', 'package-lock.json', 'config/tsconfig.base.json'];
/** What tsc turns into JavaScript; every other file of the server is carried over as it is. */
const compiled = new Set(['.ts', '.tsx', '.js']);

const parts = [
  {
    name: 'server',
    inputs: () => [
      ...everything,
      'config/tsconfig.server.json',
      ...filesOf(source, (path) => !path.startsWith(consoleSource + sep)),
    ],
    build: buildServer,
  },
  {
    name: 'console',
    inputs: () => [
      ...everything,
      'config/vite.config.ts',
      ...filesOf(consoleSource),
      ...filesOf(join(source, 'client')),
    ],
    build: buildConsole,
  },
];

/** Beside the server's build, whose modules they then import. Only for those who run one. */
const benchmarks = {
  name: 'benchmarks',
  inputs: () => [
    ...everything,
    'config/tsconfig.bench.json',
    'config/tsconfig.server.json',
    ...filesOf(join(root, 'src', 'bench')),
    ...filesOf(source, (path) => !path.startsWith(consoleSource + sep)),
  ],
  build: buildBenchmarks,
};

/** Installs the dependencies and builds, each only when it is out of date. */
export async function prepare({ isForced = false, withBenchmarks = false } = {}) {
  await inTurn(async () => {
    await ensureDependencies();
    await build(withBenchmarks ? [...parts, benchmarks] : parts, isForced);
  });
}

async function build(wanted, isForced) {
  for (const part of wanted) {
    if (part.name === 'console' && !existsSync(join(consoleSource, 'index.html'))) continue;
    const stamp = join(output, `${part.name}.built`);
    const fingerprint = fingerprintOf(part.inputs());
    if (!isForced && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) continue;
    rmSync(stamp, { force: true });
    await step(`Building the ${part.name}`, part.build);
    writeFileSync(stamp, fingerprint);
  }
}

/** Compiles beside the old build and changes places, so that a server which still runs from it misses no file for long. */
async function buildServer() {
  const draft = join(output, '.building');
  rmSync(draft, { recursive: true, force: true });
  await runTool('typescript/bin/tsc', ['-p', 'config/tsconfig.server.json', '--outDir', draft]);
  for (const path of filesOf(source, (file) => !file.startsWith(consoleSource + sep) && !compiled.has(extname(file)))) {
    const target = join(draft, 'main', relative('src/main', path));
    cpSync(join(root, path), target);
  }
  rmSync(join(output, 'main'), { recursive: true, force: true });
  renameSync(join(draft, 'main'), join(output, 'main'));
  rmSync(draft, { recursive: true, force: true });
}

async function buildBenchmarks() {
  const draft = join(output, '.building-bench');
  await runTool('typescript/bin/tsc', ['-p', 'config/tsconfig.bench.json', '--outDir', draft]);
  rmSync(join(output, 'bench'), { recursive: true, force: true });
  renameSync(join(draft, 'bench'), join(output, 'bench'));
  rmSync(draft, { recursive: true, force: true });
}

async function buildConsole() {
  await runTool('vite/bin/vite.js', ['build', '--config', 'config/vite.config.ts', '--logLevel', 'warn']);
}

/** Runs a tool from node_modules with this same Node. */
export async function runTool(path, toolArguments) {
  const program = join(root, 'node_modules', path);
  if (!existsSync(program)) throw new Fault(`${path} is not installed: run npm ci.`);
  mkdirSync(output, { recursive: true });
  await runQuietly(process.execPath, [program, ...toolArguments], { cwd: root });
}

/** Paths below a folder, from the root of the repository, in a stable order. */
function filesOf(folder, isWanted = () => true) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter(isWanted)
    .map((path) => relative(root, path))
    .sort();
}

/** By content: a checkout or a copy changes every file's time and nothing else. */
function fingerprintOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript(help, async (given) => {
    await prepare({ isForced: given.includes('--force') });
    say('dist/ is up to date.');
  });
}
