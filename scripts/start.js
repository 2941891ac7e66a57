// From a fresh clone to a running server: dependencies, build, start; the first two only when they are needed.

import './node-version.js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare } from './build.js';
import { root } from './install.js';
import { Fault, runScript } from './terminal.js';

const help = `
Usage: npm start [-- ARGUMENTS]

Starts Aquifer with everything it needs: installs the dependencies, builds what changed, starts the embedded
Postgres unless DATABASE_URL names another, migrates, and listens. ARGUMENTS go to the server.
Settings come from the environment and from a .env file; config/example.env lists them all.
`;

/** Where npm is a container's first process, it lives on for half a second after its shell. */
const PARENT_WATCH_MS = 100;

/** npm passes SIGTERM on to its shell alone, which dies of it without a word to us: that it is gone is our signal. */
function stopWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_WATCH_MS);
  watch.unref();
}

await runScript(help, async () => {
  await prepare();
  const main = join(root, 'dist', 'main', 'main.js');
  if (!existsSync(main)) throw new Fault('The build has no dist/main/main.js.');
  if (process.env.npm_lifecycle_event !== undefined) stopWithParent();
  // In this same process: its signals, its terminal and its exit code are the server's own.
  process.argv[1] = main;
  await import(pathToFileURL(main).href);
});
