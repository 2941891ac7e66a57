/** A process that owns an embedded Postgres and does nothing else, for a test to kill. */

import { startEmbeddedPostgres } from '../../../main/database/embedded/index.ts';

const [, , dataDir = ''] = process.argv;
const { url, port } = await startEmbeddedPostgres({ dataDir });
process.stdout.write(`${JSON.stringify({ url, port })}\n`);
setInterval(() => undefined, 60_000);
