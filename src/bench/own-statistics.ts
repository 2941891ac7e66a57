/**
 * Writes config/aquifer.statistics.json.gz: our own schema as the migrations make it, with the statistics of ten million users. What
 * `aquifer review --against` plans a change of ours with, in our CI. To be run after a migration was added: npm run bench -- own-statistics
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../main/database/embedded/index.ts';
import { migrate } from '../main/database/index.ts';
import { captureSnapshot } from '../main/planner/snapshot/capture.ts';
import { connectionOf } from '../main/planner/snapshot/connection.ts';
import { writeSnapshotFile } from '../main/planner/snapshot/snapshot-file.ts';
import { withTenMillionUsers } from './planner/ten-million-users.ts';

const FILE = 'config/aquifer.statistics.json.gz';

const dataDir = await mkdtemp(join(tmpdir(), 'aquifer-own-statistics-'));
const embedded = await startEmbeddedPostgres({ dataDir, onProgress: () => undefined });
try {
  await migrate({ connectionString: embedded.url, onProgress: () => undefined });
  const client = new pg.Client({ connectionString: embedded.url });
  await client.connect();
  const schema = await captureSnapshot(connectionOf(client)).finally(() => client.end());
  const bytes = await writeSnapshotFile(FILE, withTenMillionUsers(schema));
  process.stdout.write(`${FILE}: ${schema.relations.length} tables, ${Math.ceil(bytes / 1024)} KB.\n`);
} finally {
  await embedded.stop();
  await rm(dataDir, { recursive: true, force: true });
}
