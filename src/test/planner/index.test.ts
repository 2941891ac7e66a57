/** What a server loads when it starts: neither a Postgres nor a parser of SQL, which are for the planner's thread. */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const FROM = /^(?:import|export) (?!type )(?:[^;]*? from )?'([^']+)';/gms;
const HEAVY = ['@electric-sql/pglite', 'libpg-query', 'pgsql-deparser'];

test('a server that starts loads no Postgres and no parser', () => {
  const seen = new Map<string, string>();
  const heavy: string[] = [];
  const waiting = [fileURLToPath(new URL('../../main/app.ts', import.meta.url))];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(FROM)) {
      if (HEAVY.some((one) => target.startsWith(one))) heavy.push(`${file} loads ${target}`);
      const path = join(dirname(file), target);
      if (!target.startsWith('.') || seen.has(path)) continue;
      seen.set(path, file);
      waiting.push(path);
    }
  }
  expect(seen.size).toBeGreaterThan(200);
  expect(heavy).toEqual([]);
});
