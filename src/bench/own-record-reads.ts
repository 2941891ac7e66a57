/**
 * Claim: an authenticated read of one's own record over HTTP keeps at least 0.9 of the throughput of bare Fastify with a
 * session look-up and `pg.Pool`, with every guard of Aquifer's on. 30 connections, both servers in one run.
 */

import { startAquifer } from './support/aquifer-server.ts';
import { startChildServer } from './support/child-server.ts';
import { withEmbeddedDatabase } from './support/embedded-database.ts';
import { runLoad } from './support/load.ts';
import { prepareRecords } from './support/own-records.ts';
import { runPaired } from './support/paired-rounds.ts';

const CONNECTIONS = 30;
const ROUNDS = 7;
const ROUND_MS = 4_000;
const WARM_UP_MS = 3_000;

await withEmbeddedDatabase(async ({ url: databaseUrl }) => {
  const aquifer = await startAquifer(databaseUrl);
  const { token, ids } = await prepareRecords(aquifer);
  const bare = await startChildServer(new URL('./support/bare-server.js', import.meta.url), [], {
    DATABASE_URL: databaseUrl,
  });
  const headers = { authorization: `Bearer ${token}` };
  const measure = async (url: string, prefix: string, durationMs: number) => {
    const next = (index: number) => ({ method: 'GET' as const, path: `${prefix}/${ids[index % ids.length]}`, headers });
    const result = await runLoad({ url, connections: CONNECTIONS, durationMs, next });
    if (Object.keys(result.failures).length > 0) throw new Error(`refused: ${JSON.stringify(result.failures)}`);
    latencies.push(`${prefix}: p50 ${result.p50Ms.toFixed(2)} ms, p99 ${result.p99Ms.toFixed(2)} ms`);
    return result.perSecond;
  };
  const latencies: string[] = [];
  const runAquifer = (durationMs: number) => measure(aquifer.url, '/v1/data/records/notes', durationMs);
  const runBare = (durationMs: number) => measure(bare.url, '/notes', durationMs);
  await runAquifer(WARM_UP_MS);
  await runBare(WARM_UP_MS);
  const { aMedian, bMedian, ratioMedian } = await runPaired({
    rounds: ROUNDS,
    a: () => runAquifer(ROUND_MS),
    b: () => runBare(ROUND_MS),
    onRound: (line) => console.log(line),
  });
  console.log(latencies.slice(-2).join('\n'));
  console.log(
    `Aquifer ${aMedian.toFixed(0)}/s, bare ${bMedian.toFixed(0)}/s, ratio ${ratioMedian.toFixed(3)} (goal 0.9)`,
  );
  await Promise.all([aquifer.stop(), bare.stop()]);
});
