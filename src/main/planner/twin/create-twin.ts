/**
 * Stands a twin up: a scratch Postgres is copied from a template, the snapshot's schema is made in it while its tables are empty,
 * and then it is told the sizes, the statistics and the settings of production. From there it plans as production does.
 */

import { join } from 'node:path';
import { AppError, messageOf } from '../../foundation/errors.ts';
import type { Gap, Snapshot } from '../snapshot/snapshot.ts';
import { buildSchema } from './build-schema.ts';
import { readCatalog } from './catalog.ts';
import { openDatabase } from './engine-choice.ts';
import { twinFailed } from './errors.ts';
import { createPostgresTwin } from './postgres-twin.ts';
import { createRelationFiles } from './relation-files.ts';
import { fitLengths } from './room.ts';
import { createSizeWriter } from './sizes.ts';
import type { Twin, TwinOptions } from './twin.ts';
import type { TwinDatabase } from './twin-database.ts';
import { makeTwinFolder } from './twin-folder.ts';

/** @throws AppError twin_failed, native_twin_refused */
export async function createTwin(snapshot: Snapshot, options: TwinOptions = {}): Promise<Twin> {
  const place = makeTwinFolder(options.directory);
  let database: TwinDatabase | undefined;
  try {
    const chosen = await openDatabase(place.folder, snapshot, options);
    database = chosen.database;
    const { gaps, extensions } = chosen;
    const isUntrusted = options.isUntrusted ?? true;
    gaps.push(...(await buildSchema(database, snapshot, { isUntrusted, ...(extensions ? { extensions } : {}) })));
    const [[base] = []] = await database.query(
      'select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()',
    );
    const { isPretended, gap } = fitLengths({ snapshot, folder: place.folder, database }, options);
    const { pretendLength } = database;
    const files = createRelationFiles({
      folder: join(database.folder, 'base', base ?? ''),
      owner: database.owner,
      pretend: isPretended ? (file, bytes) => pretendLength?.(`base/${base}/${file}`, bytes) : undefined,
    });
    const sizes = createSizeWriter(database, files);
    const catalog = await readCatalog(database);
    const allGaps = [...snapshot.gaps, ...gaps, ...gap, ...versionGap(snapshot, database.engine.versionNumber)];
    return await createPostgresTwin({ database, place, snapshot, catalog, sizes, gaps: allGaps });
  } catch (error) {
    await database?.close().catch(() => undefined);
    place.remove();
    throw error instanceof AppError ? error : twinFailed(messageOf(error), error);
  }
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
