/** A twin over a scratch Postgres whose schema is there: its state, its trial indexes, its plans. One thing is done at a time. */

import type { Gap, Snapshot } from '../snapshot/snapshot.ts';
import { relationKey, type TwinCatalog } from './catalog.ts';
import { createExplainer } from './explain.ts';
import { migrateTwin } from './migrate-twin.ts';
import { applySettings, withoutNewerWays } from './settings.ts';
import type { SizeWriter } from './sizes.ts';
import { writeState } from './stated.ts';
import { createTrialIndexes } from './trial-indexes.ts';
import type { Twin } from './twin.ts';
import type { TwinDatabase } from './twin-database.ts';
import type { TwinFolder } from './twin-folder.ts';

export interface PostgresTwinOptions {
  database: TwinDatabase;
  place: TwinFolder;
  snapshot: Snapshot;
  catalog: TwinCatalog;
  sizes: SizeWriter;
  gaps: Gap[];
}

export async function createPostgresTwin(options: PostgresTwinOptions): Promise<Twin> {
  const { database, place, catalog, sizes, gaps } = options;
  let present = options.snapshot;
  const inTurn = createTurns();
  const explainer = createExplainer(database);
  const state = { database, catalog, sizes };

  const { refused } = await writeState(state, undefined, present);
  if (refused.length > 0) gaps.push(statisticsGap(refused));
  await adoptSettings(database, present);
  const trials = createTrialIndexes({ ...state, snapshot: () => present });
  let marks = await createMarks(database, catalog, present);

  return {
    get snapshot() {
      return present;
    },
    engine: database.engine,
    gaps,
    explain: (text, one = {}) => inTurn(() => explainer.explain(text, one)),
    parameterTypes: (text) => inTurn(() => explainer.parameterTypes(text)),
    addIndexes: (definitions) => inTurn(() => trials.add(definitions)),
    configure: ({ trial, hidden }) =>
      inTurn(() =>
        marks.show(
          trial.flatMap((name) => trials.find(name) ?? []),
          hidden,
        ),
      ),
    restate: (snapshot) =>
      inTurn(async () => {
        const { tables } = await writeState(state, present, snapshot);
        const before = present;
        present = snapshot;
        if (before.settings !== snapshot.settings) await adoptSettings(database, snapshot);
        await trials.resize(tables);
      }),
    migrate: (sql) =>
      inTurn(async () => {
        await marks.show([], []);
        present = await migrateTwin({ ...state, snapshot: present, isTrial: trials.has }, sql);
        marks = await createMarks(database, catalog, present);
        await adoptSettings(database, present);
      }),
    diskBytes: () => place.diskBytes(),
    close: () =>
      inTurn(async () => {
        await database.close();
        place.remove();
      }),
  };
}

function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

async function adoptSettings(database: TwinDatabase, { settings, searchPath }: Snapshot): Promise<void> {
  await applySettings(database, await withoutNewerWays(database, settings));
  const path =
    searchPath.length === 0 ? 'public' : searchPath.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ');
  await database.query("select pg_catalog.set_config('search_path', $1, false)", [path]);
}

function statisticsGap(refused: readonly string[]): Gap {
  return {
    subject: refused.length === 1 ? (refused[0] ?? '') : `${refused.length} columns`,
    sentence: `Statistics of ${refused.slice(0, 5).join('; ')}${refused.length > 5 ? ' and others' : ''} could not be taken over whole.`,
  };
}

interface Marks {
  /** @param hidden as `schema.name` */
  show(trial: readonly number[], hidden: readonly string[]): Promise<void>;
}

/** Which indexes the planner sees: the mark `indisvalid`, which it asks for and which is all that a plan needs. */
async function createMarks(database: TwinDatabase, catalog: TwinCatalog, snapshot: Snapshot): Promise<Marks> {
  const named = new Map<string, number[]>();
  const usual = new Map<number, boolean>();
  const wrong: number[] = [];
  for (const index of snapshot.indexes) {
    const there = catalog.get(relationKey(index));
    if (!there) continue;
    usual.set(there.oid, index.isValid);
    if (there.isValid !== index.isValid) wrong.push(there.oid);
    for (const { schema, name } of [index, ...(index.partOf ? [index.partOf] : [])]) {
      const label = `${schema}.${name}`;
      named.set(label, [...(named.get(label) ?? []), there.oid]);
    }
  }
  const flip = async (oids: readonly number[]) => {
    if (oids.length === 0) return;
    await database.run(
      `update pg_catalog.pg_index set indisvalid = not indisvalid where indexrelid in (${oids.join(', ')})`,
    );
  };
  await flip(wrong);
  /** Those that are not as they usually are: trials shown, production's own hidden. */
  let turned = new Set<number>();
  return {
    async show(trial, hidden) {
      const gone = hidden.flatMap((label) => named.get(label) ?? []).filter((oid) => usual.get(oid));
      const wanted = new Set([...trial, ...gone]);
      await flip([...wanted].filter((oid) => !turned.has(oid)).concat([...turned].filter((oid) => !wanted.has(oid))));
      turned = wanted;
    },
  };
}
