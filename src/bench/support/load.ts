/** Load by a fixed number of connections, each of which asks again as soon as it was answered. */

import { Client } from 'undici';

export interface LoadRequest {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface LoadResult {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  requests: number;
  /** Answers of 400 and above, by status. */
  failures: Record<number, number>;
}

export interface LoadOptions {
  url: string;
  connections: number;
  durationMs: number;
  next: (index: number) => LoadRequest;
}

export async function runLoad({ url, connections, durationMs, next }: LoadOptions): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const failures: Record<number, number> = {};
  const startedAt = performance.now();
  let asked = 0;
  const connection = async () => {
    const client = new Client(url, { pipelining: 1 });
    while (performance.now() - startedAt < durationMs) {
      const sentAt = performance.now();
      const { statusCode, body } = await client.request(next(asked++));
      await body.dump();
      latenciesMs.push(performance.now() - sentAt);
      if (statusCode >= 400) failures[statusCode] = (failures[statusCode] ?? 0) + 1;
    }
    await client.close();
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0;
  return {
    perSecond: latenciesMs.length / elapsedSeconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    requests: latenciesMs.length,
    failures,
  };
}
