// Runs one benchmark of src/bench against the current build. Benchmarks are never part of the tests.

import './node-version.js';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { prepare, runTool } from './build.js';
import { root } from './install.js';
import { Fault, runOpenly, runScript, say, step } from './terminal.js';

const help = `
Usage: npm run bench [-- NAME [ARGUMENTS]]

Builds Aquifer and runs src/bench/NAME.ts. Without a name, lists the benchmarks there are.
`;

function listBenchmarks() {
  return readdirSync(join(root, 'src', 'bench'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'));
}

/** Compiled beside the server's build, whose modules it then imports. */
async function compileBenchmarks() {
  const draft = join(root, 'dist', '.building-bench');
  await runTool('typescript/bin/tsc', ['-p', 'config/tsconfig.bench.json', '--outDir', draft]);
  rmSync(join(root, 'dist', 'bench'), { recursive: true, force: true });
  renameSync(join(draft, 'bench'), join(root, 'dist', 'bench'));
  rmSync(draft, { recursive: true, force: true });
}

await runScript(help, async ([name, ...further]) => {
  const names = listBenchmarks();
  if (name === undefined) return say(names.length > 0 ? names.join('\n  ') : 'There are no benchmarks in src/bench.');
  if (!names.includes(name)) throw new Fault(`There is no benchmark ${name}; there are: ${names.join(', ')}.`);
  await prepare();
  await step('Building the benchmark', compileBenchmarks);
  process.exitCode = await runOpenly(process.execPath, [join(root, 'dist', 'bench', `${name}.js`), ...further]);
});
