/** Asks Aquifer every quarter of a second what it takes to be the cause, as an operator's screen would. */

import { Client } from 'undici';
import type { SeenVerdict, Sighting } from './verdict.ts';

export interface CauseWatch {
  sightings: readonly Sighting[];
  /** Reads the journal and stops asking. */
  stop(): Promise<JournalEntry[]>;
}

export interface JournalEntry {
  at: string;
  kind: string;
  sentence: string;
}

interface CauseAnswer {
  state: string;
  verdict: SeenVerdict | null;
  recent: SeenVerdict[];
}

const EVERY_MS = 250;
const TIMEOUT_MS = 2_000;

export function watchCause(url: string, operatorToken: string): CauseWatch {
  const client = new Client(url, { bodyTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS });
  const headers = { authorization: `Bearer ${operatorToken}` };
  const sightings: Sighting[] = [];
  const lastSeen = new Map<string, string>();
  const read = async <Answer>(path: string): Promise<Answer | null> => {
    const { statusCode, body } = await client.request({ method: 'GET', path, headers });
    const answer = (await body.json()) as Answer;
    return statusCode === 200 ? answer : null;
  };
  const ask = async () => {
    const answer = await read<CauseAnswer>('/v1/monitor/cause');
    if (!answer) return;
    const seenAt = Date.now();
    for (const verdict of [answer.verdict, ...answer.recent]) {
      if (!verdict) continue;
      const text = JSON.stringify(verdict);
      if (lastSeen.get(verdict.id) === text) continue;
      lastSeen.set(verdict.id, text);
      sightings.push({ seenAt, verdict });
    }
  };
  let asking: Promise<void> | undefined;
  const timer = setInterval(() => {
    asking ??= ask()
      .catch(() => undefined)
      .finally(() => {
        asking = undefined;
      });
  }, EVERY_MS);
  return {
    sightings,
    async stop() {
      clearInterval(timer);
      await asking;
      const journal = await read<{ entries: JournalEntry[] }>('/v1/monitor/journal?limit=100').catch(() => null);
      await client.close().catch(() => undefined);
      return (journal?.entries ?? []).map(({ at, kind, sentence }) => ({ at, kind, sentence }));
    },
  };
}
