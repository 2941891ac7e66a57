/** Good requests for the planner's endpoints. Advice and reviews are put where a run would have put them. */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { pack } from '../../main/planner/jobs/packed.ts';
import { call, must } from '../support/api-session.ts';
import { createAdvice } from '../support/planner-advice.ts';
import type { Example, World } from './route-examples.ts';

const base = '/v1/planner';
const STATEMENT = 'select id from aquifer_accounts.users where email_key = $1';

async function inDatabase({ databaseUrl }: World, text: string, params: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(text, params).finally(() => client.end());
}

async function storedAdvice(world: World, state = 'offered'): Promise<Required<Pick<Example, 'token' | 'params'>>> {
  const id = randomUUID().slice(0, 8);
  const advice = createAdvice({
    ...{ id, name: `i_${id}`, schema: 'aquifer_accounts', table: 'users', column: 'created_at' },
  });
  await inDatabase(
    world,
    `insert into aquifer_planner.advice (id, kind, state, run_id, place, body) values ($1, 'create', $2, $3, 1, $4)`,
    [id, state, randomUUID(), await pack(advice)],
  );
  return { token: world.operator, params: { id } };
}

async function storedReview(world: World): Promise<Example> {
  const [run, id] = [randomUUID(), 'a-digest'];
  const statement = {
    ...{ id, name: 'accounts.findUser', source: 'declared', origin: null, callsPerDay: 10, meanMs: 0.3, cost: 8.3 },
    ...{ worstCost: 8.3, share: 1, severity: null, findings: [], text: STATEMENT, unindexedBecause: null, plans: [] },
  };
  await inDatabase(
    world,
    `with run as (
       insert into aquifer_planner.run (id, kind, state, options, asked_at, ended_at, sentence)
       values ($1, 'review', 'done', '{}', now(), now(), 'Done.') returning id
     )
     insert into aquifer_planner.report_part (run_id, part, body) select id, $2, $3 from run`,
    [run, `statement ${id}`, await pack(statement)],
  ).catch((error: { code?: string }) => {
    if (error.code !== '23503') throw error;
  });
  return { token: world.operator, params: { id } };
}

/** One is worked on at a time, and by whoever asked for an index elsewhere too. */
async function whenNothingIsDone({ operator, url }: World): Promise<void> {
  for (;;) {
    const { works } = await must<{ works: { state: string }[] }>(url, 'GET', `${base}/index-works`, {
      token: operator,
    });
    if (works.every(({ state }) => state !== 'running')) return;
    await sleep(50);
  }
}

async function applied(world: World): Promise<{ id: string; state: string }> {
  for (;;) {
    await whenNothingIsDone(world);
    const { params, token } = await storedAdvice(world);
    const made = await call(world.url, 'POST', `${base}/advice/${params.id}/apply`, { token });
    if (made.status === 202) return (made.body as { work: { id: string; state: string } }).work;
    if (made.status !== 409) throw new Error(JSON.stringify(made.body));
    await sleep(50);
  }
}

/** One that is over, or that another server is at: a run that is really done takes seconds of a processor. */
async function storedRun(world: World, state: 'done' | 'running'): Promise<Example> {
  const id = randomUUID();
  // Of one kind there is one at a time.
  const over = `update aquifer_planner.run set state = 'done', ended_at = now() where kind = 'forecast' and state = 'running'`;
  await inDatabase(world, over, []);
  const text = `
    insert into aquifer_planner.run (id, kind, state, options, asked_at, started_at, ended_at, sentence)
    values ($1, 'forecast', $2, '{}', now(), now(), case when $2 = 'done' then now() end, 'It is.')`;
  await inDatabase(world, text, [id, state]);
  return { token: world.operator, params: { id } };
}

const remembered = new WeakMap<World, Map<string, Example>>();

/** Work on an index takes a while: what was done for the good request serves the bad ones too. */
async function once(world: World, name: string, make: () => Promise<Example>): Promise<Example> {
  const known = remembered.get(world) ?? new Map<string, Example>();
  remembered.set(world, known);
  const example = known.get(name) ?? (await make());
  known.set(name, example);
  return example;
}

async function newestSnapshot({ operator, url }: World): Promise<string> {
  const path = `${base}/snapshots`;
  const { snapshots } = await must<{ snapshots: { id: string }[] }>(url, 'GET', path, { token: operator });
  if (snapshots[0]) return snapshots[0].id;
  return (await must<{ snapshot: { id: string } }>(url, 'POST', path, { token: operator })).snapshot.id;
}

export const plannerExamples: Record<string, (world: World) => Example | Promise<Example>> = {
  postPlannerRuns: ({ operator }) => ({
    token: operator,
    body: { kind: 'sizing', budgetBytes: 1_000, isExact: false },
  }),
  getPlannerRunsById: (world) => storedRun(world, 'done'),
  deletePlannerRunsById: (world) => storedRun(world, 'running'),
  getPlannerReviewStatementsById: storedReview,
  getPlannerAdviceById: (world) => storedAdvice(world),
  postPlannerAdviceByIdApply: async (world) => {
    await whenNothingIsDone(world);
    return storedAdvice(world);
  },
  postPlannerAdviceByIdDecline: async (world) => ({ ...(await storedAdvice(world)), body: { reason: 'Not yet.' } }),
  postPlannerAdviceByIdOffer: (world) => storedAdvice(world, 'declined'),
  deletePlannerIndexWorksById: (world) =>
    once(world, 'given up', async () => {
      const { id } = await applied(world);
      const token = world.operator;
      // It is a race with the work.
      return {
        token,
        params: { id },
        answered: await call(world.url, 'DELETE', `${base}/index-works/${id}`, { token }),
      };
    }),
  postPlannerIndexWorksByIdUndo: (world) =>
    once(world, 'done', async () => {
      const { id } = await applied(world);
      await whenNothingIsDone(world);
      return { token: world.operator, params: { id } };
    }),
  postPlannerSnapshots: ({ operator }) => ({ token: operator }),
  postPlannerBisect: async (world) => {
    const snapshot = await newestSnapshot(world);
    return { token: world.operator, body: { statement: STATEMENT, from: snapshot, to: snapshot } };
  },
  postPlannerWhatIf: ({ operator }) => ({
    token: operator,
    body: {
      ...{ text: STATEMENT, params: ['a@example.com'] },
      indexes: ['create index on aquifer_accounts.users (email_key)'],
      hidden: ['aquifer_accounts.users_email_key_key'],
    },
  }),
};
