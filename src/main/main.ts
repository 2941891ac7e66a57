/** The process's entry: starts the server, says where it is, and stops it on a signal. */

import { runStart } from './cli/start.ts';

await runStart({ json: process.argv.includes('--json') });
