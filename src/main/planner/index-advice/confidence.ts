/** How sure a piece of advice is, and why: everything that it rests on and that may not be so in production. */

import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Twin } from '../twin/twin.ts';
import type { AdvisedStatement, AdvisedWorkload } from './advised-statements.ts';
import type { IndexEffect } from './effects.ts';
import type { Confidence } from './schema.ts';
import { statisticsOf, type TableFacts } from './table-facts.ts';
import { countedDays, type WriteTraffic } from './write-traffic.ts';

const DAY_MS = 86_400_000;
const OLD_STATISTICS_DAYS = 7;
/** A month, its last day included: what is read once a month is read within it. */
const PROVING_DAYS = 30;

type Doubt = { weight: 'slight' | 'grave'; sentence: string };

export interface Grounds {
  twin: Twin;
  workload: AdvisedWorkload;
}

export function confidenceOfCreate(
  { candidate, changed, effects }: IndexEffect,
  traffic: WriteTraffic,
  { twin, workload }: Grounds,
): Confidence {
  const { table } = candidate;
  const doubts = [
    ...engineDoubts(twin),
    ...statisticsDoubts(table, twin.snapshot),
    ...changed.flatMap((statement) => valueDoubts(statement)).slice(0, 1),
    ...gapDoubts(table, twin),
    ...estimateDoubts(effects.map(({ after }) => after?.root.estimate.factor ?? 1)),
    ...(workload.callsPerDay === null
      ? [
          slight(
            'Nobody counted how often each statement is called: each was taken to be called as often as any other.',
          ),
        ]
      : []),
    ...(traffic.basis === 'nothing' ? [slight('Nobody counted what is written to the table.')] : []),
    ...(traffic.hotUpdatesPerDay > 0 && !traffic.isTouchKnown
      ? [slight('No statement says which columns are updated: half of the updates were taken to change this index.')]
      : []),
  ];
  const fresh = freshness(table, twin.snapshot);
  return judge(doubts, [
    `Planned with the statistics of production in Postgres ${twin.engine.version}, the index as large as it would be.`,
    ...(fresh ? [fresh] : []),
  ]);
}

export function confidenceOfDrop(
  reason: string,
  { table, scans }: { table: TableFacts; scans: number | null },
  { twin, workload }: Grounds,
): Confidence {
  const { snapshot } = twin;
  const days = countedDays(snapshot);
  const doubts: Doubt[] = [...engineDoubts(twin), ...gapDoubts(table, twin)];
  if (reason === 'unused') {
    if (days === null)
      doubts.push(grave('Postgres does not say since when it counts scans: what runs once a month may need it.'));
    else if (days < PROVING_DAYS) {
      doubts.push(grave(`Scans were counted for ${dayWords(days)} only: what runs once a month may need it.`));
    }
    doubts.push(slight('Scans on replicas are counted there, and were not looked at.'));
    if (workload.callsPerDay === null) doubts.push(grave('The workload is not known to be all that is asked.'));
  }
  if (scans !== null && scans > 0 && reason !== 'invalid') {
    doubts.push(
      ...(reason === 'duplicate' ? [] : [slight('It is read today: what reads it is to use the other one.')]),
    );
  }
  return judge(doubts, ['Hidden from the planner, no statement of the workload becomes dearer.']);
}

function judge(doubts: readonly Doubt[], grounds: readonly string[]): Confidence {
  const isGrave = doubts.some(({ weight }) => weight === 'grave');
  const slightOnes = doubts.length;
  const level = isGrave ? 'low' : slightOnes > 0 ? 'medium' : 'high';
  const ordered = [...doubts].sort((a, b) => Number(b.weight === 'grave') - Number(a.weight === 'grave'));
  return { level, reasons: [...ordered.map(({ sentence }) => sentence), ...grounds] };
}

function slight(sentence: string): Doubt {
  return { weight: 'slight', sentence };
}

function grave(sentence: string): Doubt {
  return { weight: 'grave', sentence };
}

function engineDoubts({ engine, snapshot }: Twin): Doubt[] {
  const [asked, used] = [snapshot.server.versionNumber, engine.versionNumber].map((one) => Math.floor(one / 10_000));
  return asked === used
    ? []
    : [slight(`Production is Postgres ${asked}; the plans are those of Postgres ${used}, which may choose otherwise.`)];
}

function statisticsDoubts(table: TableFacts, snapshot: Snapshot): Doubt[] {
  const name = table.relation.name;
  const largest = table.leaves[0];
  if (!largest || largest.size.tuples < 0) return [grave(`${name} was never analyzed: run ANALYZE first.`)];
  const analyzedAt = largest.counters?.analyzedAt;
  const days = analyzedAt ? (Date.parse(snapshot.takenAt) - Date.parse(analyzedAt)) / DAY_MS : null;
  if (days !== null && days > OLD_STATISTICS_DAYS) {
    return [slight(`The statistics of ${name} were ${dayWords(days)} old.`)];
  }
  return [];
}

function freshness(table: TableFacts, snapshot: Snapshot): string | null {
  const analyzedAt = table.leaves[0]?.counters?.analyzedAt;
  if (!analyzedAt) return null;
  const days = (Date.parse(snapshot.takenAt) - Date.parse(analyzedAt)) / DAY_MS;
  return days <= OLD_STATISTICS_DAYS ? `The statistics of ${table.relation.name} are fresh.` : null;
}

/** Where values could not be drawn, Postgres went by averages. */
function valueDoubts({ calls, shape, statement, uses }: AdvisedStatement): Doubt[] {
  // Of what is compared with no column (a sum, a part of a text) Postgres goes by a constant, whatever its value.
  const isOfColumn = shape.parameters.some(({ column, role }) => column !== undefined && role !== 'value');
  const isGuessed = isOfColumn && calls.some(({ kind, params }) => kind === 'none' && params.length > 0);
  const isGeneric = calls.every(({ params }) => params.length === 0) && /\$\d/.test(statement.text);
  const isRedacted = uses.some(({ table, use }) =>
    [...use.equalities, ...use.ranges].some(({ column }) => statisticsOf(table, column)?.redaction === 'omitted'),
  );
  if (isRedacted) return [slight(`Values of columns that ${statement.name} asks for were left out of the snapshot.`)];
  if (isGeneric) return [slight(`${statement.name} was planned for every value alike, since none could be drawn.`)];
  return isGuessed ? [slight(`No values could be drawn for ${statement.name}: it was planned with made-up ones.`)] : [];
}

function gapDoubts(table: TableFacts, { gaps }: Twin): Doubt[] {
  const { name, schema } = table.relation;
  const subjects = [`${schema}.${name}`, ...table.leaves.map((leaf) => `${leaf.schema}.${leaf.name}`)];
  return gaps
    .filter(({ subject }) => subjects.some((one) => subject.startsWith(one)))
    .map(({ sentence }) => slight(sentence));
}

const UNCERTAIN_FACTOR = 10;

function estimateDoubts(factors: readonly number[]): Doubt[] {
  return Math.max(1, ...factors) >= UNCERTAIN_FACTOR
    ? [slight('How many rows a plan gives is uncertain: the estimate may be ten times off or more.')]
    : [];
}

export function dayWords(days: number): string {
  const whole = Math.round(days);
  if (days < 1) return `${Math.max(Math.round(days * 24), 1)} hours`;
  return whole === 1 ? 'one day' : `${whole} days`;
}
