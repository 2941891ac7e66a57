// Which tests run, and against which Postgres: all of them on the embedded 18, those that touch a database on 15 too.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));
const everyTest = ['src/test/**/*.test.ts'];
const testsOfDatabase = ['database', 'accounts', 'data', 'monitor', 'http'].map(
  (part) => `src/test/${part}/**/*.test.ts`,
);
// The embedded server is Postgres 18 by definition; running its own tests a second time would show nothing.
const testsOfEmbedded = 'src/test/database/embedded/**';
// What other people's libraries ask of the pool, and what a pooler does to it, is the same with every Postgres.
const testsOfLibraries = 'src/test/database/libraries/**';
const testsOfPooler = 'src/test/database/*.pgbouncer.test.ts';
// These end servers of their own, or need none at all.
const testsOfStorms = 'src/test/database/*.{storms,model}.test.ts';

/** scripts/test.js names it; where Vitest is run by hand, Debian's place is looked at. */
const hasOlderPostgres = Boolean(process.env.OLDER_POSTGRES_BIN) || existsSync('/usr/lib/postgresql/15/bin/initdb');

const shared = {
  testTimeout: 20_000,
  hookTimeout: 60_000,
  // What waits for something is given the time of a busy machine, and what measured time on one is tried twice more: two failures count.
  expect: { poll: { timeout: 5_000 } },
  retry: 2,
  environment: 'node',
} as const;

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
    include: testsOfDatabase,
    exclude: [testsOfEmbedded, testsOfLibraries, testsOfPooler, testsOfStorms],
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
