/**
 * Claim: watching costs at most a hundredth of the throughput in calm. Authenticated reads of one's own record over HTTP, on 30
 * connections, against the whole server twice: as it is, and with AQUIFER_SAMPLER=false, which switches off all that measures the
 * server and its Postgres. In turn, each on a Postgres of its own.
 */

import { type AquiferServer, startAquifer } from './support/aquifer-server.ts';
import { withEmbeddedDatabase } from './support/embedded-database.ts';
import { runLoad } from './support/load.ts';
import { type OwnRecords, prepareRecords } from './support/own-records.ts';
import { runPaired } from './support/paired-rounds.ts';

const CONNECTIONS = 30;
const ROUNDS = Number(process.env.SAMPLING_ROUNDS ?? 21);
/** As long as the slowest of what measures all the time takes to come round once. */
const ROUND_MS = Number(process.env.SAMPLING_ROUND_MS ?? 10_000);
const WARM_UP_MS = 5_000;
const GOAL = 0.99;

await withEmbeddedDatabase(({ url: watchedUrl }) => withEmbeddedDatabase(({ url }) => compare(watchedUrl, url)));

async function compare(watchedUrl: string, plainUrl: string): Promise<void> {
  const watched = await start(watchedUrl, {});
  const plain = await start(plainUrl, { AQUIFER_SAMPLER: 'false' });
  await watched.read(WARM_UP_MS);
  await plain.read(WARM_UP_MS);
  const { aMedian, bMedian, ratioMedian } = await runPaired({
    rounds: ROUNDS,
    a: () => watched.read(ROUND_MS),
    b: () => plain.read(ROUND_MS),
    onRound: (line) => console.log(line),
  });
  console.log(
    `watched ${aMedian.toFixed(0)}/s, not watched ${bMedian.toFixed(0)}/s, ratio ${ratioMedian.toFixed(3)} (goal ${GOAL})`,
  );
  await Promise.all([watched.server.stop(), plain.server.stop()]);
}

async function start(databaseUrl: string, environment: Record<string, string>) {
  const server = await startAquifer(databaseUrl, environment);
  const records = await prepareRecords(server);
  return { server, read: (durationMs: number) => read(server, records, durationMs) };
}

async function read({ url }: AquiferServer, { ids, token }: OwnRecords, durationMs: number): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const next = (index: number) => ({
    ...{ method: 'GET' as const, headers },
    path: `/v1/data/records/notes/${ids[index % ids.length]}`,
  });
  const result = await runLoad({ url, connections: CONNECTIONS, durationMs, next });
  if (Object.keys(result.failures).length > 0) throw new Error(`refused: ${JSON.stringify(result.failures)}`);
  return result.perSecond;
}
