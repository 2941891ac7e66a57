/**
 * Claim: guarding costs at most three hundredths of the throughput in calm. Authenticated reads of one's own record over HTTP,
 * on 30 connections, against the whole server twice: with the sampler, the adaptive limits and the shared budget, and with all
 * three switched off. The ledger cannot be switched off and is in both. In turn, each on a Postgres of its own.
 */

import { type AquiferServer, startAquifer } from './support/aquifer-server.ts';
import { withEmbeddedDatabase } from './support/embedded-database.ts';
import { runLoad } from './support/load.ts';
import { type OwnRecords, prepareRecords } from './support/own-records.ts';
import { runPaired } from './support/paired-rounds.ts';

const CONNECTIONS = 30;
const ROUNDS = 11;
const ROUND_MS = 4_000;
const WARM_UP_MS = 5_000;
const GOAL = 0.97;
const OFF = { AQUIFER_SAMPLER: 'false', AQUIFER_ADAPTIVE_LIMIT: 'false', AQUIFER_SHARED_BUDGET: 'false' };

await withEmbeddedDatabase(({ url: guardedUrl }) => withEmbeddedDatabase(({ url }) => compare(guardedUrl, url)));

async function compare(guardedUrl: string, plainUrl: string): Promise<void> {
  const guarded = await start(guardedUrl, {});
  const plain = await start(plainUrl, OFF);
  await guarded.read(WARM_UP_MS);
  await plain.read(WARM_UP_MS);
  const { aMedian, bMedian, ratioMedian } = await runPaired({
    rounds: ROUNDS,
    a: () => guarded.read(ROUND_MS),
    b: () => plain.read(ROUND_MS),
    onRound: (line) => console.log(line),
  });
  console.log(
    `guarded ${aMedian.toFixed(0)}/s, not guarded ${bMedian.toFixed(0)}/s, ratio ${ratioMedian.toFixed(3)} (goal ${GOAL})`,
  );
  await Promise.all([guarded.server.stop(), plain.server.stop()]);
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
