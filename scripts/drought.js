// Re-enacts the outage, on a fresh machine: dependencies, build, and then src/bench/drought, which has the options.

import './node-version.js';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare } from './build.js';
import { root } from './install.js';
import { Fault } from './terminal.js';

try {
  await prepare({ withBenchmarks: true });
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  console.error(error.message);
  process.exit(1);
}
// In this same process, so that Ctrl-C reaches what has to be stopped, and the exit code is the drought's own.
await import(pathToFileURL(join(root, 'dist', 'bench', 'drought', 'main.js')).href);
