/**
 * Takes people's values out of statistics, by column: `hashed`, where a value becomes its rank among all that are known of it and of
 * the columns that refer to it, so that equal ones stay equal, their order stays, and nothing else of them is left; or `omitted`.
 * A rank needs no key, tells no length and no beginning, and stays the same for as long as the statistics do.
 */

import { Turns } from '../../foundation/turns.ts';
import { findFamilies, type RedactedPart } from './redaction-families.ts';
import type { ColumnStatistics, Snapshot } from './snapshot.ts';
import { compareValues, kindOfType, standIn, type ValueKind } from './stand-ins.ts';

export interface Redaction {
  /** Patterns of `column`, `table.column` or `schema.table.column`, with `*` for any run of letters. */
  hash?: readonly string[];
  /** Of the same form; what both name is left out. */
  omit?: readonly string[];
}

/** What is hashed wherever a snapshot is kept: what is personal or secret by its name, and what our accounts hold. */
export const SENSITIVE_COLUMNS: readonly string[] = [
  ...['*email*', '*mail_address*', '*password*', '*passwd*', '*secret*', '*token*', '*api_key*', '*_hash', 'hash'],
  ...['*sealed*', 'signature', '*phone*', 'ip', '*_ip', 'ip_address', 'user_agent', 'requested_from', 'recipient'],
  ...['first_name', 'last_name', 'full_name', 'surname', '*birth*', '*iban*', '*ssn*', '*passport*', '*credit_card*'],
  ...['street*', '*postal*', 'aquifer_accounts.*.*name', 'aquifer_accounts.*.*key', 'aquifer_accounts.*.subject'],
  ...['aquifer_accounts.mailbox.*', 'aquifer_accounts.*.network', 'aquifer_accounts.*.credential_id'],
  ...['aquifer_accounts.*.details', 'aquifer_accounts.*.bound_to', 'aquifer_accounts.*.next'],
];

/** Definitions stay: a constant in an index's condition is a part of the schema. */
export async function redactInPlace(snapshot: Snapshot, redaction: Redaction): Promise<void> {
  const turns = new Turns();
  for (const family of await findFamilies(snapshot, redaction)) {
    if (family.mode === 'omitted') for (const part of family.parts) omit(part.statistics);
    else hashFamily(family.parts, snapshot.locale?.collate ?? 'C');
    await turns.give();
  }
}

function omit(statistics: ColumnStatistics): void {
  for (const name of VALUES_AND_WHAT_NEEDS_THEM) delete statistics[name];
  statistics.redaction = 'omitted';
}

const VALUES_AND_WHAT_NEEDS_THEM = [
  ...(['commonValues', 'commonFrequencies', 'histogram', 'commonElements', 'commonElementFrequencies'] as const),
  ...(['elementCounts', 'rangeLengths', 'rangeEmptyFraction', 'rangeBounds', 'ends'] as const),
] as const;

function hashFamily(parts: readonly RedactedPart[], collate: string): void {
  const known = parts.flatMap(({ statistics, type }) => {
    const kind = kindOfType(type);
    if (kind !== undefined) return [{ statistics, kind }];
    omit(statistics);
    return [];
  });
  for (const group of [known.filter(({ kind }) => !kind.isArray), known.filter(({ kind }) => kind.isArray)]) {
    const first = group[0]?.kind;
    if (!first) continue;
    const values = new Set(group.flatMap(({ kind, statistics }) => valuesOf(statistics, kind)));
    const order = [...values].sort((a, b) => compareValues(a, b, first, collate));
    const ranks = new Map(order.map((value, rank) => [value, rank]));
    for (const { kind, statistics } of group) replaceValues(statistics, kind, (value) => ranks.get(value) ?? 0);
  }
}

function valuesOf({ commonElements, commonValues, ends, histogram }: ColumnStatistics, kind: ValueKind): string[] {
  return kind.isArray ? (commonElements ?? []) : [...(commonValues ?? []), ...(histogram ?? []), ...(ends ?? [])];
}

function replaceValues(statistics: ColumnStatistics, kind: ValueKind, rankOf: (value: string) => number): void {
  const { commonElementFrequencies, commonElements, commonValues, elementCounts, histogram } = statistics;
  const { commonFrequencies, ends } = statistics;
  omit(statistics);
  statistics.redaction = 'hashed';
  if (kind.isArray) {
    if (!commonElements || !commonElementFrequencies) return;
    // Postgres looks elements up by halving: they stand in their order, each with its frequency.
    const ranked = commonElements
      .map((value, place) => ({ rank: rankOf(value), frequency: commonElementFrequencies[place] ?? 0 }))
      .sort((a, b) => a.rank - b.rank);
    const bounds = commonElementFrequencies.slice(commonElements.length);
    statistics.commonElements = ranked.map(({ rank }) => standIn(kind, rank));
    statistics.commonElementFrequencies = [...ranked.map(({ frequency }) => frequency), ...bounds];
    if (elementCounts) statistics.elementCounts = elementCounts;
    return;
  }
  if (commonValues && commonFrequencies) {
    statistics.commonValues = commonValues.map((value) => standIn(kind, rankOf(value)));
    statistics.commonFrequencies = commonFrequencies;
  }
  // Sorted once more: the database's order of texts need not be the one here.
  const sorted = (values: readonly string[]) =>
    values
      .map(rankOf)
      .sort((a, b) => a - b)
      .map((rank) => standIn(kind, rank));
  if (histogram) statistics.histogram = sorted(histogram);
  if (ends) statistics.ends = sorted(ends);
}
