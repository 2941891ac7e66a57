import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowsOf, withTenMillionUsers } from '../../../bench/planner/ten-million-users.ts';
import '../../../main/app.ts';
import { reviewWorkload } from '../../../main/planner/review/review.ts';
import type { ReviewReport } from '../../../main/planner/review/schema.ts';
import { captureSnapshot } from '../../../main/planner/snapshot/capture.ts';
import { connectionOf } from '../../../main/planner/snapshot/connection.ts';
import type { Snapshot } from '../../../main/planner/snapshot/snapshot.ts';
import { readSnapshotFile } from '../../../main/planner/snapshot/snapshot-file.ts';
import { createTwin } from '../../../main/planner/twin/create-twin.ts';
import type { Twin } from '../../../main/planner/twin/twin.ts';
import { declaredStatements } from '../../../main/planner/workload/declared-statements.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

/** Of another version of Postgres than the twin's: told by the version when they are sent. */
const OF_OTHER_VERSIONS = ['monitor.readServer'];

let database: TestDatabase;
let twin: Twin;
let report: ReviewReport;
let schema: Snapshot;
beforeAll(async () => {
  database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  schema = await captureSnapshot(connectionOf(client)).finally(() => client.end());
  twin = await createTwin(withTenMillionUsers(schema));
  report = await reviewWorkload(twin, declaredStatements());
}, 180_000);
afterAll(async () => {
  await twin?.close();
  await database.drop();
});

describe('our own statements with ten million users', () => {
  test('are all planned', () => {
    const unplanned = report.unplanned.filter(({ name }) => !OF_OTHER_VERSIONS.includes(name));
    expect(unplanned).toEqual([]);
    expect(report.totals.planned).toBeGreaterThan(400);
  });

  test('have nothing wrong with them but what they answer for', () => {
    const wrong = report.statements.flatMap(({ findings, name }) =>
      findings
        .filter(({ justification, severity }) => severity !== 'note' && justification === null)
        .map(({ cure, kind, sentence }) => `${name}: ${kind}. ${sentence} ${cure.sentence} ${cure.sql ?? ''}`),
    );
    expect(wrong).toEqual([]);
  });

  test('are planned for tables of that size', () => {
    expect(rowsOf({ schema: 'aquifer_accounts', name: 'users' })).toBe(10_000_000);
    const users = twin.snapshot.relations.find(({ name, schema }) => schema === 'aquifer_accounts' && name === 'users');
    expect(users?.size.tuples).toBe(10_000_000);
    expect(users?.size.blocks).toBeGreaterThan(100_000);
  });
});

test('the committed statistics are of the schema as the migrations make it: npm run bench -- own-statistics writes them', async () => {
  const committed = await readSnapshotFile(
    fileURLToPath(new URL('../../../../config/aquifer.statistics.json.gz', import.meta.url)),
  );
  expect(namesIn(committed)).toEqual(namesIn(schema));
});

function namesIn({ indexes, relations }: Snapshot): string[] {
  const columns = relations.flatMap(({ columns: all, name, schema: of }) =>
    all.map((one) => `${of}.${name}.${one.name}`),
  );
  return [...columns, ...indexes.map(({ definition }) => definition)].sort();
}
