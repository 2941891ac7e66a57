/** What Aquifer made of a drought by itself: the incidents that it opened, and the postmortem that it wrote of each. */

import { Client } from 'undici';

export interface SeenIncident {
  number: number;
  title: string;
  openedAt: string;
  usersHurt: number;
  /** Markdown; null where none could be had. */
  postmortem: string | null;
}

interface IncidentList {
  incidents: (Omit<SeenIncident, 'postmortem'> & { id: string; state: 'open' | 'closed' })[];
}

const TIMEOUT_MS = 10_000;
const BASE = '/v1/monitor/incidents';

/**
 * Those that were opened since. One that waits for its minute of calm is closed by hand, so that what
 * comes next on the same database is not taken for its end.
 */
export async function readIncidents(url: string, operatorToken: string, sinceMs: number): Promise<SeenIncident[]> {
  const client = new Client(url, { bodyTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS });
  const headers = { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' };
  const ask = async (method: 'GET' | 'POST', path: string) => {
    const body = method === 'POST' ? JSON.stringify({}) : null;
    const answer = await client.request({ method, path, headers, body });
    const text = await answer.body.text();
    return answer.statusCode < 300 ? text : null;
  };
  try {
    const listed = await ask('GET', `${BASE}?limit=20`);
    const { incidents } = JSON.parse(listed ?? '{"incidents":[]}') as IncidentList;
    const recent = incidents.filter(({ openedAt }) => Date.parse(openedAt) >= sinceMs);
    const seen: SeenIncident[] = [];
    for (const { id, number, openedAt, state, title, usersHurt } of recent) {
      if (state === 'open') await ask('POST', `${BASE}/${id}/close`);
      await ask('POST', `${BASE}/${id}/postmortem`);
      const postmortem = await ask('GET', `${BASE}/${id}/postmortem/markdown`);
      seen.push({ number, title, openedAt, usersHurt, postmortem });
    }
    return seen;
  } finally {
    await client.close();
  }
}
