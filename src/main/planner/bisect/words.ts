/** What flipped a plan, and what to do about it, in words: "n_distinct of orders.status, 5 to 2, at the autoanalyze of 14:02 UTC". */

import { byteWords, digits } from '../plans/figures.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Change } from './changes.ts';
import type { BisectRemedy, PlanCulprit } from './schema.ts';

const BLOCK_BYTES = 8_192;

/** @param threshold the figure at which it flips, where that was looked for */
export function culpritOf(change: Change, analyzed: Analyzed | null, threshold?: number): PlanCulprit {
  const { after, before, column, field, kind, relation, schema } = change;
  const at = analyzed?.at ?? null;
  const when = analyzed ? `, at the ${analyzed.isAuto ? 'autoanalyze' : 'ANALYZE'} of ${clock(analyzed.at)}` : '';
  return {
    kind,
    schema,
    relation,
    column,
    field,
    before,
    after,
    at,
    sentence: `${changeWords(change, threshold)}${when}`,
  };
}

function changeWords(change: Change, threshold: number | undefined): string {
  const { after, before, column, field, kind, relation } = change;
  const [was, is] = [before, after].map((one) => figureWords(one ?? 'none'));
  const past = threshold === undefined ? '' : `; it flips at ${digits(threshold)}`;
  switch (kind) {
    case 'statistics':
      return `${field} of ${relation}.${column}, ${was} to ${is}${past}`;
    case 'size': {
      const [from, to] = [before, after].map((one) => byteWords(Number(one) * BLOCK_BYTES));
      return `the length of ${relation}, ${was} to ${is} pages (${from} to ${to})${past}`;
    }
    case 'analyzed':
      return `the ${field} counted of ${relation}, ${was} to ${is}`;
    case 'index':
      return indexWords(change);
    case 'index_size':
      return `the size of the index ${field}, ${was} to ${is}`;
    case 'setting':
      return `the setting ${field}, ${was} to ${is}`;
  }
}

function indexWords({ after, before, field, relation }: Change): string {
  const index = `the index ${field} of ${relation}`;
  if (after === 'there') return before === 'not valid' ? `${index}, which became valid` : `${index}, which is new`;
  return after === 'not valid' ? `${index}, which is not valid any more` : `${index}, which is gone`;
}

function figureWords(text: string): string {
  const figure = Number(text);
  return text.trim() === '' || !Number.isFinite(figure) ? text : Math.abs(figure) >= 1_000 ? digits(figure) : text;
}

/** "14:02 UTC". */
function clock(at: string): string {
  return `${at.slice(11, 16)} UTC`;
}

export interface Analyzed {
  /** ISO 8601. */
  at: string;
  /** By autovacuum. */
  isAuto: boolean;
}

/** When a table was analysed, where that is between the two snapshots. */
export function analyzedBetween(change: Change, before: Snapshot, after: Snapshot): Analyzed | null {
  if (change.kind !== 'statistics' && change.kind !== 'analyzed') return null;
  const now = after.relations.find(({ name, schema }) => name === change.relation && schema === change.schema);
  const at = now?.counters?.analyzedAt ?? null;
  const isBetween = at !== null && at > before.takenAt && at <= after.takenAt;
  return isBetween ? { at, isAuto: now?.counters?.isAutoAnalyzed ?? false } : null;
}

export function bisectionSentence(name: string, culprits: readonly PlanCulprit[], isProven: boolean): string {
  const [first, ...others] = culprits;
  if (!first) return `Both snapshots give ${name} the same plan.`;
  if (others.length === 0) {
    const proof = isProven ? ' It alone does it, and without it the plan would have stayed.' : ' It alone does it.';
    return `The plan of ${name} flipped through ${first.sentence}.${proof}`;
  }
  const all = [first, ...others].map(({ sentence }) => sentence);
  const listed = `${all.slice(0, -1).join('; ')}; and ${all.at(-1)}`;
  return `The plan of ${name} flipped through ${countWord(all.length)} changes together, none of which does it alone: ${listed}.`;
}

const countWord = (count: number) => ['no', 'one', 'two', 'three', 'four', 'five'][count] ?? String(count);

const quoted = (name: string) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
const tableOf = ({ relation, schema }: PlanCulprit) => [schema, relation].map((one) => quoted(one ?? '')).join('.');

/** By kind, each once: what keeps the plan from flipping again. */
export function remediesOf(culprits: readonly PlanCulprit[], before: Snapshot): BisectRemedy[] {
  const all = culprits.flatMap((one) => remedyOf(one, before) ?? []);
  const columns = culprits.filter(({ column, kind }) => kind === 'statistics' && column !== null);
  const first = columns[0];
  const together = columns
    .filter((one) => first && tableOf(one) === tableOf(first))
    .map(({ column }) => quoted(column ?? ''));
  if (first && new Set(together).size > 1) {
    all.push({
      sentence: 'Have Postgres count these columns together, since it takes them for independent.',
      sql: `create statistics on ${[...new Set(together)].join(', ')} from ${tableOf(first)}; analyze ${tableOf(first)}`,
    });
  }
  return all.filter(
    (one, at) => all.findIndex(({ sql, sentence }) => sql === one.sql && sentence === one.sentence) === at,
  );
}

function remedyOf(culprit: PlanCulprit, before: Snapshot): BisectRemedy | undefined {
  const { column, field, kind } = culprit;
  switch (kind) {
    case 'statistics':
      return statisticsRemedy(culprit, column ?? '');
    case 'size':
    case 'analyzed':
      return { sentence: 'Count the table anew, and more often as it grows.', sql: `analyze ${tableOf(culprit)}` };
    case 'index_size':
      return {
        sentence: 'Build the index anew, if it has grown by dead entries.',
        sql: `reindex index concurrently ${indexName(culprit)}`,
      };
    case 'setting':
      return { sentence: `Set ${field} back, at least for this statement.`, sql: null };
    case 'index': {
      const gone = before.indexes.find(({ name, schema }) => name === field && schema === culprit.schema);
      if (culprit.after === 'there')
        return { sentence: 'See whether the new index helps others more than it hurts here.', sql: null };
      return { sentence: 'Create the index again.', sql: gone ? concurrently(gone.definition) : null };
    }
  }
}

const indexName = ({ field, schema }: PlanCulprit) => `${quoted(schema ?? '')}.${quoted(field)}`;

function statisticsRemedy(culprit: PlanCulprit, column: string): BisectRemedy {
  const table = tableOf(culprit);
  if (/^n_distinct/.test(culprit.field) && culprit.before !== null) {
    return {
      sentence: 'Tell Postgres how many values there are, where you know better than its sample.',
      sql: `alter table ${table} alter column ${quoted(column)} set (n_distinct = ${culprit.before}); analyze ${table}`,
    };
  }
  return {
    sentence: 'Take a larger sample of this column, so that its statistics do not change from one sample to the next.',
    sql: `alter table ${table} alter column ${quoted(column)} set statistics 1000; analyze ${table}`,
  };
}

function concurrently(definition: string): string {
  return definition.replace(
    /^create( unique)? index (?!concurrently)/i,
    (_, unique = '') => `create${unique.toLowerCase()} index concurrently `,
  );
}
