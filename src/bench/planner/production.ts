/** A real Postgres with real data, in the part of production: it plans, it builds indexes, and it is read by a snapshot. */

import { Client } from 'pg';
import type { Plan, PlanNode } from '../../main/planner/plans/plan.ts';
import { captureSnapshot } from '../../main/planner/snapshot/capture.ts';
import { connectionOf } from '../../main/planner/snapshot/connection.ts';
import type { Snapshot } from '../../main/planner/snapshot/snapshot.ts';
import { withEmbeddedDatabase } from '../support/embedded-database.ts';

export interface Production {
  readonly client: Client;
  /** Of a connection to the same database. */
  readonly url: string;
  capture(): Promise<Snapshot>;
  explain(text: string, params?: readonly string[]): Promise<Plan>;
}

export interface ProductionOptions {
  /** With Postgres' own defaults, as published comparisons have them. */
  hasDefaults?: boolean;
}

/** What a server of some gigabytes would be set to: the defaults make every plan one of a very small one. */
const SETTINGS = [
  "alter database postgres set work_mem = '32MB'",
  "alter database postgres set effective_cache_size = '4GB'",
  'alter database postgres set random_page_cost = 1.1',
];

/** In a folder of its own, which goes with it. */
export function withProduction<Result>(
  work: (production: Production) => Promise<Result>,
  { hasDefaults = false }: ProductionOptions = {},
): Promise<Result> {
  return withEmbeddedDatabase(async ({ url }) => {
    const setUp = await connect(url);
    const { rows } = await setUp.query<{ name: string }>('select current_database() as name');
    for (const setting of hasDefaults ? [] : SETTINGS)
      await setUp.query(setting.replace(' postgres ', ` "${rows[0]?.name}" `));
    await setUp.end();
    const client = await connect(url);
    try {
      return await work({
        ...{ client, url },
        capture: () => captureSnapshot(connectionOf(client)),
        explain: (text, params = []) => explain(client, text, params),
      });
    } finally {
      await client.end();
    }
  });
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

async function explain(client: Client, text: string, params: readonly string[]): Promise<Plan> {
  const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(`explain (format json) ${text}`, [
    ...params,
  ]);
  const root = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (!root) throw new Error('Postgres gave no plan');
  return { root, cost: root['Total Cost'], rows: root['Plan Rows'] };
}
