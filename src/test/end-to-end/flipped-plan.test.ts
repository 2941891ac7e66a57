/** A plan flips after an ANALYZE while users ask: the incident names the plan, then the figure that flipped it, and so does its postmortem. */

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { beforeEach, expect, test } from 'vitest';
import { route, Type } from '../../main/app.ts';
import type { Verdict } from '../../main/monitor/cause/schema.ts';
import type { IncidentDetail, IncidentSummary } from '../../main/monitor/incidents/schema.ts';
import { must } from '../support/api-session.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { type RunningApp, runApp } from '../support/running-app.ts';

const PARCELS = 400_000;
const WORKERS = 6;
/** The statistics are made to say that all parcels are one customer's. */
const SKEW = `
  alter table parcels alter column customer_id set statistics 1;
  alter table parcels alter column customer_id set (n_distinct = 1);
  analyze parcels`;
const CULPRIT = /flipped through n_distinct of parcels\.customer_id, -1 to 1, at the ANALYZE of \d\d:\d\d UTC/;

/** Anew for each try: a plan flips once. */
let running: RunningApp;
let owner: pg.Client;

beforeEach(async () => {
  running = await runApp(
    { AQUIFER_POOL_MAX: '10' },
    {
      routes: ({ pool }) => [
        route(
          'GET',
          '/parcels',
          { access: 'user', schema: { summary: 'Parcels', response: { 200: Type.Object({}) } } },
          async ({ context }) => {
            const customer = Math.floor(Math.random() * PARCELS);
            await pool
              .as(context)
              .query('select sum(p.id)::bigint as n from parcels p where p.customer_id = $1::integer', [customer]);
            return {};
          },
        ),
      ],
    },
  );
  owner = new pg.Client({ connectionString: running.databaseUrl });
  await owner.connect();
  atEndOfFile(() => owner.end());
  await owner.query(`
    create unlogged table parcels (id bigint not null, customer_id integer not null, address text not null);
    insert into parcels select n, (n * 7919) % 400009, 'Riverside ' || n || repeat(' by the well', 8)
      from generate_series(1::bigint, ${PARCELS}) n;
    create index parcels_customer_id on parcels (customer_id)`);
  await owner.query('vacuum (analyze) parcels');
}, 60_000);

const read = <Body>(path: string) => must<Body>(running.url, 'GET', path, { token: running.operator });
const detailNow = async () => {
  const { incidents } = await read<{ incidents: IncidentSummary[] }>('/v1/monitor/incidents');
  const [first] = incidents;
  return first && (await read<IncidentDetail>(`/v1/monitor/incidents/${first.id}`));
};

test('the incident says which figure flipped the plan', { timeout: 90_000 }, async () => {
  let isOver = false;
  const ask = async () => {
    while (!isOver) {
      const answer = await fetch(`${running.url}/parcels`, { headers: { authorization: `Bearer ${running.user}` } });
      await answer.text();
      await sleep(50);
    }
  };
  const users = Promise.all(Array.from({ length: WORKERS }, ask));
  try {
    // Calm first: what is usual, and by what plan, has to be known.
    await must(running.url, 'POST', '/v1/planner/snapshots', { token: running.operator, body: {} });
    await sleep(5_000);
    await must(running.url, 'POST', '/v1/monitor/incidents', { token: running.operator, body: { title: 'Parcels' } });
    await owner.query(SKEW);
    const isNamed = async () => (await detailNow())?.verdict?.kind;
    await expect.poll(isNamed, { timeout: 30_000, interval: 250 }).toBe('plan_changed');
    const told = async () => (await detailNow())?.timeline.map(({ sentence }) => sentence).join('\n');
    await expect.poll(told, { timeout: 30_000, interval: 250 }).toMatch(CULPRIT);
    const cause = await read<{ verdict: Verdict | null }>('/v1/monitor/cause');
    expect(cause.verdict?.evidence.join('\n')).toMatch(CULPRIT);
  } finally {
    isOver = true;
    await users;
  }
  const detail = await detailNow();
  const incident = `/v1/monitor/incidents/${detail?.incident.id}`;
  await must(running.url, 'POST', `${incident}/close`, { token: running.operator });
  await must(running.url, 'POST', `${incident}/postmortem`, { token: running.operator, body: {} });
  const answer = await fetch(`${running.url}${incident}/postmortem/markdown`, {
    headers: { authorization: `Bearer ${running.operator}` },
  });
  expect(await answer.text()).toMatch(CULPRIT);
});
