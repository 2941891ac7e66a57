// Runs one benchmark of src/bench against the current build. Benchmarks are never part of the tests.

import './node-version.js';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { prepare } from './build.js';
import { root } from './install.js';
import { Fault, runOpenly, runScript, say } from './terminal.js';

const help = `
Usage: npm run bench [-- NAME [ARGUMENTS]]

Builds Aquifer and runs src/bench/NAME.ts. Without a name, lists the benchmarks there are.
`;

function listBenchmarks() {
  return readdirSync(join(root, 'src', 'bench'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'));
}

await runScript(help, async ([name, ...further]) => {
  const names = listBenchmarks();
  if (name === undefined) return say(names.length > 0 ? names.join('\n  ') : 'There are no benchmarks in src/bench.');
  if (!names.includes(name)) throw new Fault(`There is no benchmark ${name}; there are: ${names.join(', ')}.`);
  await prepare({ withBenchmarks: true });
  process.exitCode = await runOpenly(process.execPath, [join(root, 'dist', 'bench', `${name}.js`), ...further]);
});
