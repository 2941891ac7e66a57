/** Production's planner settings, and nothing else of its settings: a snapshot may come from anyone. */

import type { TwinDatabase } from './twin-database.ts';

const PLANNED = new RegExp(
  `^(${[
    'enable_\\w+',
    '(seq_page|random_page|cpu_tuple|cpu_index_tuple|cpu_operator|parallel_setup|parallel_tuple)_cost',
    'effective_cache_size',
    'work_mem',
    'hash_mem_multiplier',
    'effective_io_concurrency',
    'min_parallel_(table|index)_scan_size',
    'max_parallel_workers_per_gather',
    'parallel_leader_participation',
    'default_statistics_target',
    'constraint_exclusion',
    'cursor_tuple_fraction',
    'recursive_worktable_factor',
    '(from|join)_collapse_limit',
    'geqo(_\\w+)?',
    'debug_parallel_query',
    'force_parallel_mode',
    'transform_null_equals',
    'default_text_search_config',
    'TimeZone',
    'DateStyle',
    'IntervalStyle',
  ].join('|')})$`,
  'i',
);

export function isPlannerSetting(name: string): boolean {
  return PLANNED.test(name);
}

/** Answers with those that this Postgres does not take. */
const SET = `
  select pg_catalog.set_config(s.name, w.value, false)
  from pg_catalog.jsonb_each_text($1::pg_catalog.jsonb) as w (name, value)
  join pg_catalog.pg_settings s on pg_catalog.lower(s.name) = pg_catalog.lower(w.name)
  where s.context in ('user', 'superuser')`;

/** @returns names that were refused */
export async function applySettings(database: TwinDatabase, settings: Record<string, string>): Promise<string[]> {
  const wanted = Object.entries(settings).filter(([name]) => isPlannerSetting(name));
  try {
    await database.query(SET, [JSON.stringify(Object.fromEntries(wanted))]);
    return [];
  } catch {
    // One of them has a value that this version does not know.
  }
  const refused: string[] = [];
  for (const [name, value] of wanted) {
    await database.query(SET, [JSON.stringify({ [name]: value })]).catch(() => refused.push(name));
  }
  return refused;
}

/** What an older production plans without, by its own list of settings: it must not be planned with here. */
export async function withoutNewerWays(
  database: TwinDatabase,
  settings: Record<string, string>,
): Promise<Record<string, string>> {
  const known = Object.keys(settings).filter((name) => name.startsWith('enable_'));
  // A snapshot made by hand may list just what it changes.
  if (known.length < 10) return settings;
  const rows = await database.query("select name from pg_catalog.pg_settings where name like 'enable\\_%'");
  const newer = rows.flatMap(([name]) => (name && !Object.hasOwn(settings, name) ? [[name, 'off']] : []));
  return { ...settings, ...Object.fromEntries(newer) };
}
