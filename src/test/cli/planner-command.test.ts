/** A file that somebody gave may hold functions, which a native Postgres would run with the rights of whoever typed the command. */

import { expect, test } from 'vitest';
import { openTwin } from '../../main/cli/planner-command.ts';
import { smallSnapshot } from '../planner/snapshot/small-snapshot.ts';

test('what comes from a file is planned in this process alone', async () => {
  const opening = openTwin(smallSnapshot(), { engine: 'native', exact: false, statistics: 'given.json' });
  await expect(opening).rejects.toMatchObject({ code: 'native_twin_refused' });
});

test('what comes from a database that was named may be planned by a Postgres of its version', async () => {
  const twin = await openTwin(smallSnapshot(), { engine: 'native', exact: false });
  try {
    expect(twin.engine).toMatchObject({ kind: 'native', versionNumber: expect.any(Number) });
  } finally {
    await twin.close();
  }
});
