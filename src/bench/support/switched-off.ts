/**
 * The whole server against itself with something switched off: authenticated reads of one's own record over HTTP, on 30
 * connections, in turn, each server on a Postgres of its own.
 */

import { type AquiferServer, startAquifer } from './aquifer-server.ts';
import { withEmbeddedDatabase } from './embedded-database.ts';
import { runLoad } from './load.ts';
import { type OwnRecords, prepareRecords } from './own-records.ts';
import { runPaired } from './paired-rounds.ts';

export interface SwitchedOffOptions {
  /** What one of them is told beside the defaults. */
  off: Record<string, string>;
  /** What the other does, in one word, such as `guarded`. */
  word: string;
  rounds: number;
  roundMs: number;
  /** The least ratio of its throughput to the other's. */
  goal: number;
}

const CONNECTIONS = 30;
const WARM_UP_MS = 5_000;

/** Prints each round, and at last both medians with the median of the rounds' ratios. */
export function compareSwitchedOff(options: SwitchedOffOptions): Promise<void> {
  return withEmbeddedDatabase(({ url: fullUrl }) => withEmbeddedDatabase(({ url }) => compare(fullUrl, url, options)));
}

async function compare(fullUrl: string, plainUrl: string, options: SwitchedOffOptions): Promise<void> {
  const { goal, off, roundMs, rounds, word } = options;
  const full = await start(fullUrl, {});
  const plain = await start(plainUrl, off);
  await full.read(WARM_UP_MS);
  await plain.read(WARM_UP_MS);
  const { aMedian, bMedian, ratioMedian } = await runPaired({
    rounds,
    a: () => full.read(roundMs),
    b: () => plain.read(roundMs),
    onRound: (line) => console.log(line),
  });
  console.log(
    `${word} ${aMedian.toFixed(0)}/s, not ${word} ${bMedian.toFixed(0)}/s, ratio ${ratioMedian.toFixed(3)} (goal ${goal})`,
  );
  await Promise.all([full.server.stop(), plain.server.stop()]);
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
