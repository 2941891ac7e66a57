/**
 * One server of a deployment, without the server: it takes its place, opens its pool and keeps the budget. Told by lines on
 * standard input how many callers it has (`callers 8`); a test may kill it, or set its clock.
 */

import { createInterface } from 'node:readline';
import { takePlace } from '../../../main/database/budget/index.ts';
import { createDatabase, createLogger, defaultLanes, laneNames, statement } from '../../../main/database/index.ts';

const [, , connectionString = '', poolMax = '20', beatMs = '200', clockJumpMs = '0'] = process.argv;

/** In all lanes but the budget's own, so that what each is promised is used. */
const work = laneNames
  .filter((lane) => lane !== 'control')
  .map((lane) =>
    statement<[], { done: unknown }>({
      ...{ name: `database.workIn(${lane})`, lane, deadlineMs: 10_000 },
      text: 'select pg_catalog.pg_sleep(0.02) as done',
    }),
  );

/** Each lane is promised one connection, so that there is something to divide, and may hold them all. */
function bareLanes(maxConnections: number) {
  const usual = defaultLanes(maxConnections);
  const bare = laneNames.map((name) => {
    const { tenantMax: _none, ...lane } = usual[name];
    return [name, { ...lane, guaranteed: 1, ceiling: name === 'control' ? 1 : maxConnections }];
  });
  return Object.fromEntries(bare) as typeof usual;
}

const logger = createLogger({ level: 'silent' });
const maxConnections = Number(poolMax);
const lanes = bareLanes(maxConnections);
const place = await takePlace({
  ...{ connectionString, poolMax: maxConnections, isShared: true, logger, lanes, beatMs: Number(beatMs) },
});
const database = createDatabase({ connectionString: place.connectionString, maxConnections, lanes, logger });
const budget = place.serve(database);
await budget?.start();

const realNow = Date.now;
Date.now = () => realNow() + Number(clockJumpMs);

let callers = 0;
let atWork = 0;
async function call(): Promise<void> {
  const own = work[atWork % work.length];
  atWork += 1;
  while (own && atWork <= callers) await database.query(own, []).catch(() => undefined);
  atWork -= 1;
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const [word, value] = line.split(' ');
  if (word === 'callers') {
    callers = Number(value);
    for (let missing = callers - atWork; missing > 0; missing -= 1) void call();
  } else if (word === 'stop') {
    callers = 0;
    await budget?.stop();
    await database.close(1_000);
    process.exit(0);
  }
});

setInterval(() => {
  const { share, total } = database.snapshot();
  process.stdout.write(`${JSON.stringify({ share, total })}\n`);
}, 25);
