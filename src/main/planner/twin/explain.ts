/** Plans of texts: with the values given, or for any value. */

import { statementNotPlanned } from '../errors.ts';
import type { Plan, PlanNode } from '../plans/plan.ts';
import { SqlRefusal } from './errors.ts';
import { isPlannerSetting } from './settings.ts';
import { statementNodes } from './single-statement.ts';
import type { ExplainOptions } from './twin.ts';
import type { TwinDatabase } from './twin-database.ts';

const EXPLAIN = 'explain (format json, verbose false) ';
const MAX_KNOWN_TEXTS = 5_000;

export interface Explainer {
  explain(text: string, options: ExplainOptions): Promise<Plan>;
  parameterTypes(text: string): Promise<string[]>;
}

export function createExplainer(database: TwinDatabase): Explainer {
  const single = new Set<string>();
  const isSingle = async (text: string) => {
    if (single.has(text)) return true;
    if ((await statementNodes(text))?.length !== 1) return false;
    if (single.size >= MAX_KNOWN_TEXTS) single.clear();
    single.add(text);
    return true;
  };

  const explainGeneric = async (text: string): Promise<(string | null)[][]> => {
    if (!(await isSingle(text))) throw statementNotPlanned('It is not one statement that Postgres can read.');
    if (database.engine.versionNumber >= 160_000) {
      return database.queryUnbound(`explain (format json, generic_plan) ${text}`);
    }
    return explainPrepared(database, text);
  };

  const plan = async (text: string, { params }: ExplainOptions): Promise<Plan> => {
    const isGeneric = params === undefined && /\$\d/.test(text);
    const [[json] = []] = await (isGeneric ? explainGeneric(text) : database.query(EXPLAIN + text, params));
    return readPlan(json ?? '');
  };

  return {
    async explain(text, options) {
      try {
        if (!options.settings) return await plan(text, options);
        return await withSettings(database, options.settings, () => plan(text, options));
      } catch (error) {
        throw error instanceof SqlRefusal ? statementNotPlanned(`Postgres cannot plan it: ${error.message}.`) : error;
      }
    },
    async parameterTypes(text) {
      try {
        return await readParameterTypes(database, text);
      } catch (error) {
        throw error instanceof SqlRefusal ? statementNotPlanned(`Postgres cannot read it: ${error.message}.`) : error;
      }
    },
  };
}

function readPlan(json: string): Plan {
  const [entry] = JSON.parse(json) as { Plan: PlanNode }[];
  const root = entry?.Plan;
  if (!root) throw statementNotPlanned('Postgres has no plan for it.');
  return { root, cost: root['Total Cost'], rows: root['Plan Rows'] };
}

/** Before 16 a generic plan is had by a prepared statement alone; its nulls are not looked at. */
async function explainPrepared(database: TwinDatabase, text: string): Promise<(string | null)[][]> {
  const types = await readParameterTypes(database, text, true);
  try {
    await database.query("select pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', false)");
    const nulls = types.length === 0 ? '' : `(${types.map(() => 'null').join(', ')})`;
    return await database.query(`${EXPLAIN} execute twin_statement${nulls}`);
  } finally {
    await database.query("select pg_catalog.set_config('plan_cache_mode', 'auto', false)");
    await database.query('deallocate twin_statement');
  }
}

async function readParameterTypes(database: TwinDatabase, text: string, isKept = false): Promise<string[]> {
  await database.query(`prepare twin_statement as ${text}`);
  try {
    const [[types] = []] = await database.query(
      "select pg_catalog.to_jsonb(parameter_types::text[]) from pg_catalog.pg_prepared_statements where name = 'twin_statement'",
    );
    return JSON.parse(types ?? '[]') as string[];
  } finally {
    if (!isKept) await database.query('deallocate twin_statement');
  }
}

async function withSettings<Result>(
  database: TwinDatabase,
  settings: Readonly<Record<string, string>>,
  work: () => Promise<Result>,
): Promise<Result> {
  const names = Object.keys(settings);
  const wrong = names.find((name) => !isPlannerSetting(name));
  if (wrong) throw statementNotPlanned(`${wrong} is no planner setting.`);
  const before = await Promise.all(
    names.map(async (name) => (await database.query('select pg_catalog.current_setting($1)', [name]))[0]?.[0] ?? ''),
  );
  const set = (values: readonly string[]) =>
    Promise.all(
      names.map((name, place) =>
        database.query('select pg_catalog.set_config($1, $2, false)', [name, values[place] ?? '']),
      ),
    );
  try {
    await set(Object.values(settings));
    return await work();
  } finally {
    await set(before);
  }
}
