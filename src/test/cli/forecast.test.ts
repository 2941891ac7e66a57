import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runBisect } from '../../main/cli/bisect.ts';
import { runForecast } from '../../main/cli/forecast.ts';
import { scaleSnapshot } from '../../main/planner/forecast/scale-snapshot.ts';
import { writeSnapshotFile } from '../../main/planner/snapshot/snapshot-file.ts';
import { market } from '../planner/plans/market-snapshot.ts';

let folder: string;
const place = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aquifer-forecast-'));
  const earlier = { ...scaleSnapshot(market(), 0.9), takenAt: '2026-11-13T12:00:00.000Z' };
  const after = market();
  after.takenAt = '2026-11-23T16:00:00.000Z';
  after.indexes = after.indexes.filter(({ name }) => name !== 'orders_created_at_idx');
  await writeSnapshotFile(place('now.json'), market());
  await writeSnapshotFile(place('earlier.json'), earlier);
  await writeSnapshotFile(place('after.json.gz'), after);
  await writeFile(
    place('market.sql'),
    `-- name: orders.list
select id, note from public.orders where status = $1 order by created_at desc limit 20;
-- name: orders.perCustomer
select customer_id, count(*) from public.orders group by customer_id;
`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function listen() {
  const heard = { lines: [] as string[], json: {} as Record<string, unknown>, progress: [] as string[] };
  return {
    heard,
    output: {
      progress: (line: string) => heard.progress.push(line),
      answer: (lines: readonly string[], json: Record<string, unknown>) => Object.assign(heard, { lines, json }),
    },
  };
}

const engine = { engine: 'pglite', exact: false, showValues: false } as const;

test('a forecast from a file tells costs by size, the first cliff and its date, and the machine', async () => {
  const { heard, output } = listen();
  const options = { ...engine, statistics: place('now.json'), queries: [place('market.sql')], plans: true };
  const code = await runForecast(output, undefined, { ...options, history: [place('earlier.json')], failWithin: 10 });
  expect(code).toBe(3);
  const page = heard.lines.join('\n');
  expect(heard.lines[0]).toMatch(
    /^orders\.perCustomer is the first to fall off a cliff: at 3\.?\d? × today’s rows, around \w+ 20\d\d\.$/,
  );
  expect(page).toMatch(/cost of a call at +1 × +2 × +5 × +10 × +30 × +100 × +cliff\norders\.perCustomer +[\d,]+/);
  expect(page).toMatch(/orders: 1 million rows, 10,000 more a day, twice as many on 2027-0[23]-\d\d/);
  expect(page).toContain('! The table of groups needs about 9.5 MB and may take 8 MB: the rest goes to disk.');
  expect(page).toContain('enough   What statements sort and hash fits into work_mem (4 MB).');
  expect(heard.json).toMatchObject({ forecast: { database: 'market' }, sizing: { database: 'market' } });
  expect(heard.progress).toContain('100 %');
}, 120_000);

test('without statements there is nothing to forecast', async () => {
  const { output } = listen();
  const options = { ...engine, statistics: place('now.json'), plans: false };
  await expect(runForecast(output, undefined, options)).rejects.toMatchObject({ code: 'no_statements' });
});

test('a bisection of two files names what flipped the plan', async () => {
  const { heard, output } = listen();
  const files = { before: place('now.json'), after: place('after.json.gz') };
  const options = { ...engine, statement: 'orders.list', queries: [place('market.sql')] };
  expect(await runBisect(output, files, options)).toBe(0);
  expect(heard.lines[0]).toBe(
    'The plan of orders.list flipped through the index orders_created_at_idx of orders, which is gone. It alone does it, and without it the plan would have stayed.',
  );
  expect(heard.lines.join('\n')).toContain('create index concurrently orders_created_at_idx');
  await expect(runBisect(output, files, { ...options, statement: 'orders.lst' })).rejects.toMatchObject({
    code: 'no_statements',
  });
}, 120_000);
