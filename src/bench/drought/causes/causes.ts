/** The eight causes: how each is planted, what it adds to the load, and what has to be said of it. */

import { availableParallelism } from 'node:os';
import { FORGOTTEN_PROGRAM, FORGOTTEN_STATEMENT } from '../kinds.ts';
import type { Ground } from '../set-up.ts';
import { prepareForgottenSession } from '../storm.ts';
import type { Expectation } from '../verdict.ts';
import { openSession } from './open-session.ts';
import { stealProcessor } from './steal-processor.ts';

export interface Cause {
  id: string;
  title: string;
  expected: Expectation;
  /** Further requests a second while it is planted, by stream. */
  rates: Readonly<Record<string, number>>;
  /** Connects what it needs, beforehand. */
  prepare?(ground: Ground): Promise<Planting>;
}

export interface Planting {
  begin(): Promise<void>;
  /** Safe to call twice. */
  end(): Promise<void>;
}

/** Whose client asks without end in the volume surge. */
export const SURGING_PERSON = 42;
/** Requests a second, each of which takes about 8 ms of a processor. */
const SURGE_PER_CORE = 125;

const LONG_READ = 'select count(c.id), pg_catalog.pg_sleep(60) from shop.catalogue c';
const QUEUED_CHANGE = 'alter table shop.catalogue add column if not exists remark text';
const SKEW = `
  alter table shop.parcels alter column customer_id set statistics 1;
  alter table shop.parcels alter column customer_id set (n_distinct = 1);`;
const UNSKEW = `
  alter table shop.parcels alter column customer_id set statistics -1;
  alter table shop.parcels alter column customer_id reset (n_distinct);`;

export function createCauses(people: Ground['people']): Cause[] {
  return [
    {
      ...{ id: 'missing-index', title: 'A missing index', rates: { cpuReport: 2 } },
      expected: {
        kinds: ['missing_index'],
        statement: /regexp_replace/,
        route: 'GET /reports/cpu',
        relation: /orders/,
      },
    },
    {
      ...{ id: 'forgotten-lock', title: 'A lock held by a forgotten session', rates: { lockReport: 4 } },
      expected: {
        kinds: ['lock_held'],
        statement: /report_runs/,
        holder: { applicationName: FORGOTTEN_PROGRAM, isOurs: false },
      },
      prepare: ({ database }) => prepareForgottenSession(database.url, FORGOTTEN_STATEMENT),
    },
    {
      ...{ id: 'idle-in-transaction', title: 'Idle in transaction in the application', rates: { checkout: 4 } },
      expected: { kinds: ['idle_in_transaction'], route: 'GET /planted/checkout' },
    },
    {
      ...{ id: 'leak', title: 'A leak in the application', rates: { export: 1.5 } },
      expected: { kinds: ['leak'], route: 'GET /planted/export' },
    },
    {
      ...{ id: 'volume-surge', title: 'A volume surge of one tenant', rates: { surge: surgeRate() } },
      expected: {
        ...{ kinds: ['volume_surge'], statement: /shop\.orders/, route: 'GET /planted/summary' },
        tenant: people[SURGING_PERSON]?.id ?? '',
      },
    },
    {
      ...{ id: 'queued-ddl', title: 'A change of a table, queued behind a long read', rates: { catalogue: 20 } },
      expected: { kinds: ['ddl_queued'], statement: /catalogue/ },
      prepare: queueChange,
    },
    {
      ...{ id: 'stolen-processor', title: 'The server’s processor stolen from outside', rates: {} },
      expected: { kinds: ['server_slow'] },
      prepare: async () => stealProcessor(),
    },
    {
      ...{ id: 'flipped-plan', title: 'A plan that flipped after ANALYZE', rates: {} },
      expected: { kinds: ['plan_changed'], statement: /parcels/, route: 'GET /planted/parcels', relation: /parcels/ },
      prepare: flipPlan,
    },
  ];
}

/** More than the cores can answer: what they can would hurt nobody, and be no trouble to name. */
function surgeRate(): number {
  return SURGE_PER_CORE * availableParallelism();
}

async function queueChange({ database }: Ground): Promise<Planting> {
  const reader = await openSession(database.url, 'monthly-report');
  const changer = await openSession(database.url, 'migration');
  return {
    async begin() {
      reader.runUnawaited(LONG_READ);
      await reader.hasBegun();
      changer.runUnawaited(QUEUED_CHANGE);
    },
    async end() {
      await changer.end();
      await reader.end();
    },
  };
}

/** The statistics are made to say that the table has one customer, and every parcel is theirs. */
async function flipPlan({ client }: Ground): Promise<Planting> {
  let isFlipped = false;
  return {
    async begin() {
      isFlipped = true;
      await client.query(SKEW);
      await client.query('analyze shop.parcels');
    },
    async end() {
      if (!isFlipped) return;
      isFlipped = false;
      await client.query(UNSKEW);
      await client.query('analyze shop.parcels');
    },
  };
}
