// Runs the tests on a machine that may be fresh, and ends with one line that counts them.

import './node-version.js';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from './build.js';
import { root } from './install.js';
import {
  findChromium,
  findOlderPostgres,
  findPgBouncer,
  findPrometheus,
  findSecurityTools,
} from './system-packages.js';
import { runOpenly, runScript, say } from './terminal.js';

const help = `
Usage: npm test [-- FILTER] [-- VITEST-OPTIONS]

Installs what the tests need, builds, and runs them: all on the embedded Postgres 18, those that touch a database
on an older Postgres too. FILTER is a part of a test file's path, such as accounts.

  CHROMIUM_PATH       a Chromium or Chrome for the tests in a browser
  OLDER_POSTGRES_BIN  the bin folder of a Postgres 14 to 17
  PGBOUNCER_PATH      a PgBouncer for the tests behind a pooler
  PROMETHEUS_BIN      the folder of Prometheus and Alertmanager with their tools

The last line reads: N passed, N failed (and, where some were left out, N skipped).
`;

function countTests(reportPath, exitCode) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (existsSync(reportPath)) {
    const report = JSON.parse(readFileSync(reportPath, 'utf8'));
    counts.passed = report.numPassedTests;
    counts.failed = report.numFailedTests;
    counts.skipped = report.numPendingTests + (report.numTodoTests ?? 0);
    // A file that cannot even be loaded has no test that could fail; it counts as one.
    counts.failed += report.testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some(hasFailed),
    ).length;
  }
  if (exitCode !== 0 && counts.failed === 0) {
    console.error('The run itself failed; see above.');
    counts.failed = 1;
  }
  return counts;
}

function hasFailed(test) {
  return test.status === 'failed';
}

async function runVitest(given, env) {
  const folder = mkdtempSync(join(tmpdir(), 'aquifer-report-'));
  const report = join(folder, 'report.json');
  const program = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const options = [
    '--config',
    'config/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    '--reporter=./scripts/second-tries.js',
    `--outputFile.json=${report}`,
  ];
  try {
    const exitCode = await runOpenly(process.execPath, [program, 'run', ...options, ...given], { cwd: root, env });
    return countTests(report, exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await runScript(help, async (given) => {
  await prepare({ withBenchmarks: true });
  const env = { ...process.env };
  const chromium = await findChromium();
  const olderPostgres = await findOlderPostgres();
  const pgBouncer = await findPgBouncer();
  const prometheus = await findPrometheus();
  const securityTools = await findSecurityTools(['hydra', 'slowhttptest']);
  if (chromium) env.CHROMIUM_PATH = chromium;
  if (pgBouncer) env.PGBOUNCER_PATH = pgBouncer;
  if (prometheus) env.PROMETHEUS_BIN = prometheus;
  env.SECURITY_TOOLS = Object.keys(securityTools).join(',');
  if (olderPostgres) env.OLDER_POSTGRES_BIN = olderPostgres;
  else say('The tests run on the embedded Postgres 18 alone.');
  const { passed, failed, skipped } = await runVitest(given, env);
  process.exitCode = failed > 0 ? 1 : 0;
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
});
