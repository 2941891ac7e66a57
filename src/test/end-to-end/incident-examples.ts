/** Good requests of incidents and of what an operator does about them. */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, must } from '../support/api-session.ts';
import type { Example, World } from './route-examples.ts';

interface Summary {
  id: string;
  state: 'open' | 'closed';
}

const ask = <Body>({ operator, url }: World, method: 'GET' | 'POST', path: string, body?: unknown) =>
  must<Body>(url, method, `/v1/monitor/${path}`, { token: operator, body });

/** There is one at a time. */
async function closeOpen(world: World): Promise<void> {
  const { incidents } = await ask<{ incidents: Summary[] }>(world, 'GET', 'incidents');
  const open = incidents.find(({ state }) => state === 'open');
  if (open) await ask(world, 'POST', `incidents/${open.id}/close`);
}

async function openIncident(world: World): Promise<string> {
  await closeOpen(world);
  return (await ask<{ incident: Summary }>(world, 'POST', 'incidents', { title: 'Log-ins are slow' })).incident.id;
}

async function newCap(world: World): Promise<string> {
  const body = { statement: `select ${randomUUID()}`, max: 1 };
  return (await ask<{ cap: { id: string } }>(world, 'POST', 'caps', body)).cap.id;
}

/** As soon as no other is being built. */
async function newIndexJob(world: World): Promise<string> {
  for (;;) {
    const body = {
      sql: `create index concurrently i_${randomUUID().slice(0, 8)} on aquifer_accounts.users (created_at)`,
    };
    const made = await call(world.url, 'POST', '/v1/monitor/indexes', { token: world.operator, body });
    if (made.status === 202) return (made.body as { job: { id: string } }).job.id;
    if (made.status !== 409) throw new Error(JSON.stringify(made.body));
    await sleep(50);
  }
}

async function whenNoneIsBuilt(world: World): Promise<void> {
  for (;;) {
    const { jobs } = await ask<{ jobs: { state: string }[] }>(world, 'GET', 'index-jobs');
    if (jobs.every(({ state }) => state !== 'running')) return;
    await sleep(50);
  }
}

export const incidentExamples: Record<string, (world: World) => Example | Promise<Example>> = {
  postMonitorIncidents: async (world) => {
    await closeOpen(world);
    return { token: world.operator, body: { title: 'Log-ins are slow' } };
  },
  getMonitorIncidentsById: async (world) => ({ token: world.operator, params: { id: await openIncident(world) } }),
  postMonitorIncidentsByIdNotes: async (world) => ({
    token: world.operator,
    params: { id: await openIncident(world) },
    body: { text: 'The report was switched off.' },
  }),
  postMonitorIncidentsByIdClose: async (world) => ({
    token: world.operator,
    params: { id: await openIncident(world) },
  }),
  postMonitorDeploys: ({ operator }) => ({ token: operator, body: { version: '2026-11-23.2', about: 'New reports' } }),
  postMonitorCaps: ({ operator }) => ({
    token: operator,
    body: { statement: `select ${randomUUID()}`, max: 1, minutes: 5, reason: 'It hurts.' },
  }),
  deleteMonitorCapsById: async (world) => ({ token: world.operator, params: { id: await newCap(world) } }),
  postMonitorIndexes: async (world) => {
    await whenNoneIsBuilt(world);
    const sql = `create index concurrently i_${randomUUID().slice(0, 8)} on aquifer_accounts.users (created_at)`;
    return { token: world.operator, body: { sql } };
  },
  deleteMonitorIndexJobsById: async (world) => {
    const id = await newIndexJob(world);
    const path = `/v1/monitor/index-jobs/${id}`;
    // It is a race with the build, which is quick where the table is small.
    return {
      token: world.operator,
      params: { id },
      answered: await call(world.url, 'DELETE', path, { token: world.operator }),
    };
  },
};
