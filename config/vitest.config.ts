// Which tests run, and against which Postgres: all of them on the embedded 18, those that reach a database on 15 too.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));
const everyTest = ['src/test/**/*.test.ts'];
const partsWithDatabase = ['database', 'accounts', 'data', 'monitor', 'planner', 'http'];
/** What gives a test a Postgres; a test that reaches none of them is the same with every version. */
const DATABASES = /support\/(?:database|test-cluster|trial-server|pgbouncer|library-pool)\.ts$/;
// The embedded server is Postgres 18 by definition; running its own tests a second time would show nothing.
const testsOfEmbedded = 'src/test/database/embedded/**';
// What other people's libraries ask of the pool, and what a pooler does to it, is the same with every Postgres.
const testsOfLibraries = 'src/test/database/libraries/**';
const testsOfPooler = 'src/test/database/*.pgbouncer.test.ts';
// These end servers of their own, or need none at all.
const testsOfStorms = 'src/test/database/*.{storms,model}.test.ts';
// They take long, and look at what our process does rather than at what the server is.
const testsOfProcess = [
  'src/test/monitor/{pool-stream,cause/cause-watch}.test.ts',
  'src/test/database/{limit/pool-limits,budget/running-budget}.test.ts',
];

// What they ask of Postgres is plain, and every statement of theirs is planned on both by accounts/queries.test.ts.
const testsOfWaysIn =
  'src/test/accounts/{factors,passkeys,mail-log-in,social,protection,hashing,mail,address,impersonation,api-keys}/**';

// They plan in the process, from a snapshot; which Postgres stands beside it is the same to them.
const testsOfPlans = [
  'src/test/planner/{review,forecast,bisect,index-advice,sizing,plans}/**',
  'src/test/planner/jobs/planner-thread.test.ts',
];

function testsWithDatabase(): string[] {
  const seen = new Map<string, boolean>();
  const reaches = (path: string): boolean => {
    const known = seen.get(path);
    if (known !== undefined) return known;
    seen.set(path, DATABASES.test(path));
    if (DATABASES.test(path) || !existsSync(path)) return DATABASES.test(path);
    const imports = [...readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, to = '']) => to);
    const found = imports.some((to) => to.includes('main/') === false && reaches(join(dirname(path), to)));
    seen.set(path, found);
    return found;
  };
  return partsWithDatabase.flatMap((part) =>
    readdirSync(join(root, 'src/test', part), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts') && reaches(join(root, 'src/test', part, name)))
      .map((name) => `src/test/${part}/${name.replaceAll('\\', '/')}`),
  );
}

/** scripts/test.js names it; where Vitest is run by hand, Debian's place is looked at. */
const hasOlderPostgres = Boolean(process.env.OLDER_POSTGRES_BIN) || existsSync('/usr/lib/postgresql/15/bin/initdb');

const shared = {
  testTimeout: 20_000,
  hookTimeout: 60_000,
  // What waits for something is given the time of a busy machine, and what measured time on one is tried twice more: two failures count.
  expect: { poll: { timeout: 5_000 } },
  retry: 2,
  environment: 'node',
  // What a thread of ours reads are sources; Node reads JavaScript alone.
  execArgv: ['--import', fileURLToPath(new URL('../src/test/support/typescript-threads.js', import.meta.url))],
};

const onEmbedded: TestProjectConfiguration = {
  extends: true,
  test: {
    ...shared,
    name: 'postgres-18',
    include: everyTest,
    globalSetup: ['src/test/support/postgres-18.ts'],
  },
};

const onOlder: TestProjectConfiguration = {
  extends: true,
  test: {
    ...shared,
    name: 'postgres-15',
    include: testsWithDatabase(),
    exclude: [
      testsOfEmbedded,
      testsOfLibraries,
      testsOfPooler,
      testsOfStorms,
      testsOfWaysIn,
      ...testsOfPlans,
      ...testsOfProcess,
    ],
    globalSetup: ['src/test/support/postgres-15.ts'],
  },
};

export default defineConfig({
  root,
  test: {
    // A test that measures its own patience should not share two processors with five others.
    maxWorkers: 2,
    projects: hasOlderPostgres ? [onEmbedded, onOlder] : [onEmbedded],
  },
});
