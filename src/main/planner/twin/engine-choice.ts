/** Which Postgres a twin is made of: the one in this process, or one of production's own major version beside it. */

import { chooseOperatingUser } from '../../database/embedded/index.ts';
import type { Gap, Snapshot } from '../snapshot/snapshot.ts';
import { nativeTwinRefused } from './errors.ts';
import { openNative } from './native-database.ts';
import { findNativePrograms } from './native-programs.ts';
import { openPGlite, PGLITE_MAJOR, pgliteVersion } from './pglite-database.ts';
import { type Comparison, copyTemplate } from './template.ts';
import type { TwinOptions } from './twin.ts';
import type { TwinDatabase } from './twin-database.ts';

export interface ChosenDatabase {
  database: TwinDatabase;
  gaps: Gap[];
  /** Those that can be created; all that are on the machine where nothing is said. */
  extensions?: readonly string[];
}

/** @throws AppError native_twin_refused */
export async function openDatabase(folder: string, snapshot: Snapshot, options: TwinOptions): Promise<ChosenDatabase> {
  const { engine = 'auto', exact = false, isUntrusted = true } = options;
  const major = Math.floor(snapshot.server.versionNumber / 10_000);
  const gaps: Gap[] = [];
  if (engine === 'native' || (engine === 'auto' && exact && major !== PGLITE_MAJOR)) {
    const reason = isUntrusted ? 'the snapshot comes from no one we know' : undefined;
    const found = reason ? reason : await openNativeOf(folder, major, snapshot);
    if (typeof found !== 'string') return found;
    if (engine === 'native') throw nativeTwinRefused(found);
    gaps.push({
      subject: `Postgres ${major}`,
      sentence: `Production's own version was asked for and is not used: ${found}.`,
    });
  }
  const { comparison, gap } = comparisonOf(snapshot);
  await copyTemplate(folder, comparison, pgliteVersion());
  const database = await openPGlite(
    folder,
    snapshot.extensions.map(({ name }) => name),
  );
  return { database, gaps: [...gaps, ...gap], extensions: database.extensions };
}

async function openNativeOf(folder: string, major: number, snapshot: Snapshot): Promise<ChosenDatabase | string> {
  const user = chooseOperatingUser();
  const binaries = await findNativePrograms(major, user);
  if (!binaries) return `the programs of Postgres ${major} are not on this machine`;
  const database = await openNative({ folder, binaries, user, locale: snapshot.locale });
  const { locale } = snapshot;
  const gap = database.isOtherCollation
    ? {
        subject: `collation ${locale?.collate}`,
        sentence: `This machine has no collation ${locale?.collate}: texts are compared by their bytes.`,
      }
    : undefined;
  return { database, gaps: gap ? [gap] : [] };
}

function comparisonOf({ locale }: Snapshot): { comparison: Comparison; gap: Gap[] } {
  if (!locale) return { comparison: 'c', gap: [] };
  const { provider, collate } = locale;
  if (provider === 'b' || (provider === 'c' && /^(C|POSIX)$/.test(collate))) return { comparison: 'c', gap: [] };
  if (provider === 'c' && /^C\./.test(collate)) return { comparison: 'bytes', gap: [] };
  const sentence =
    `Texts are compared by Unicode's own order, not by ${provider === 'i' ? "production's collation" : collate}: ` +
    'how many rows a range of texts has may be estimated a little differently.';
  return { comparison: 'unicode', gap: [{ subject: `collation ${collate}`, sentence }] };
}
