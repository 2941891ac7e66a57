/**
 * Stands a twin up: a scratch Postgres is copied from a template, the snapshot's schema is made in it while its tables are empty,
 * and then it is told the sizes, the statistics and the settings of production. From there it plans as production does.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Gap, Snapshot } from '../snapshot/snapshot.ts';
import { buildSchema } from './build-schema.ts';
import { readCatalog } from './catalog.ts';
import { twinFailed } from './errors.ts';
import { openPGlite } from './pglite-database.ts';
import { createPostgresTwin } from './postgres-twin.ts';
import { createRelationFiles } from './relation-files.ts';
import { createSizeWriter } from './sizes.ts';
import { type Comparison, copyTemplate } from './template.ts';
import type { Twin, TwinOptions } from './twin.ts';
import { makeTwinFolder } from './twin-folder.ts';

/** @throws AppError twin_failed, native_twin_refused */
export async function createTwin(snapshot: Snapshot, options: TwinOptions = {}): Promise<Twin> {
  const place = makeTwinFolder(options.directory);
  try {
    const { comparison, gaps } = comparisonOf(snapshot);
    await copyTemplate(place.folder, comparison, pgliteVersion());
    const database = await openPGlite(
      place.folder,
      snapshot.extensions.map(({ name }) => name),
    );
    const isUntrusted = options.isUntrusted ?? true;
    gaps.push(...(await buildSchema(database, snapshot, { isUntrusted, extensions: database.extensions })));
    const [[base] = []] = await database.query(
      'select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()',
    );
    const files = createRelationFiles({ folder: join(place.folder, 'base', base ?? ''), owner: database.owner });
    const sizes = createSizeWriter(database, files);
    const catalog = await readCatalog(database);
    const allGaps = [...snapshot.gaps, ...gaps, ...versionGap(snapshot, database.engine.versionNumber)];
    return await createPostgresTwin({ database, place, snapshot, catalog, sizes, gaps: allGaps });
  } catch (error) {
    place.remove();
    throw error instanceof Error && error.name === 'AppError' ? error : twinFailed(String(error), error);
  }
}

let version: string | undefined;

function pgliteVersion(): string {
  if (version === undefined) {
    const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
    const text = readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8');
    version = (JSON.parse(text) as { version: string }).version;
  }
  return version;
}

function comparisonOf({ locale }: Snapshot): { comparison: Comparison; gaps: Gap[] } {
  const gaps: Gap[] = [];
  if (!locale || locale.provider === 'b' || /^(C|POSIX)$/.test(locale.collate)) {
    if (locale?.provider !== 'i') return { comparison: 'c', gaps };
  }
  if (locale.provider === 'c' && /^C\./.test(locale.collate)) return { comparison: 'bytes', gaps };
  gaps.push({
    subject: `collation ${locale.collate}`,
    sentence:
      `Texts are compared by Unicode's own order, not by ${locale.collate}: ` +
      'how many rows a range of texts has may be estimated a little differently.',
  });
  return { comparison: 'unicode', gaps };
}

function versionGap({ server }: Snapshot, versionNumber: number): Gap[] {
  const [theirs, ours] = [Math.floor(server.versionNumber / 10_000), Math.floor(versionNumber / 10_000)];
  if (theirs === ours) return [];
  return [
    {
      subject: `Postgres ${theirs}`,
      sentence: `Production runs Postgres ${theirs}; these plans are those of Postgres ${ours}, which may choose otherwise.`,
    },
  ];
}
