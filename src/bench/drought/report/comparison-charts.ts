/** The charts of one kind of drought: who was served, how fast, and how many connections were held. */

import type { Second } from '../figures.ts';
import { CALM_FACTORS } from '../figures.ts';
import type { PhaseLengths } from '../phases.ts';
import { phaseOf } from '../phases.ts';
import type { Comparison } from '../result.ts';
import type { ServerRun } from '../run.ts';
import { type Mark, type Point, renderChart, type Series } from './chart.ts';

type Span = { from: number; to: number; storm: { from: number; to: number } };

export function renderCharts({ ordinary, guarded }: Comparison, lengths: PhaseLengths): string {
  const runs = [ordinary, guarded].filter((run) => run !== undefined);
  const [reference] = runs;
  if (!reference) return '';
  const marks = guarded ? marksOf(guarded, lengths) : [];
  const span = spanOf(reference, lengths);
  return [
    renderChart({
      ...{
        ...span,
        marks,
        title: 'Log-ins and own reads that succeeded',
        unit: '% of those due in each second',
        most: 100,
      },
      description: 'A line at 100 % means that everybody was served.',
      series: runs.map((run) => seriesOf(run, servedShare)),
    }),
    renderChart({
      ...{
        ...span,
        marks,
        title: 'How long they took, 99th percentile',
        unit: 'seconds; at 10 s a request counts as failed',
      },
      description: 'The slowest hundredth of log-ins and own reads in each second.',
      series: runs.map((run) => seriesOf(run, ({ p99Ms }) => (p99Ms === null ? null : p99Ms / 1_000))),
    }),
    ...(guarded ? [renderClose(guarded, span, marks)] : []),
    renderChart({
      ...{ ...span, marks, title: 'Connections held', unit: 'running a statement or in a transaction' },
      description: 'Connections of each server that nobody else could use.',
      series: runs.map((run) => ({
        ...{ label: run.name, look: lookOf(run) },
        points: run.connections.map(({ atMs, held }) => ({ x: secondsFrom(run, atMs), y: held })).filter(within(span)),
      })),
    }),
  ].join('\n');
}

/** The guarded server by itself, because beside the other it is a line along the floor. */
function renderClose(run: ServerRun, span: Span, marks: readonly Mark[]): string {
  const { figures, name, kind } = run;
  const milliseconds = (key: 'p50Ms' | 'p99Ms', label: string, look: Series['look']): Series => ({
    ...seriesOf(run, (second) => second[key]),
    ...{ label, look },
  });
  const bound = figures.read.calm.p99Ms * CALM_FACTORS[kind];
  return renderChart({
    ...{ ...span, marks, title: `The same of ${name} alone`, unit: 'milliseconds, log-ins and own reads together' },
    description: 'The median and the slowest hundredth in each second, by a scale of their own.',
    series: [
      milliseconds('p99Ms', 'p99', 'aquifer'),
      milliseconds('p50Ms', 'median', 'second'),
      {
        ...{ label: `${CALM_FACTORS[kind]} × calm reads`, look: 'bound' },
        points: [
          { x: span.from, y: bound },
          { x: span.to, y: bound },
        ],
      },
    ],
  });
}

function servedShare({ asked, failed }: Second): number | null {
  return asked === 0 ? null : (100 * (asked - failed)) / asked;
}

function seriesOf(run: ServerRun, read: (second: Second) => number | null): Series {
  // A second's value stands in its middle.
  const points = run.figures.seconds.map(
    (second, index): Point => ({ x: secondsFrom(run, index * 1_000 + 500), y: read(second) }),
  );
  return { label: run.name, look: lookOf(run), points };
}

function lookOf({ server }: ServerRun): Series['look'] {
  return server === 'ordinary' ? 'ordinary' : 'aquifer';
}

function secondsFrom({ firstReportMs }: ServerRun, atMs: number): number {
  return (atMs - firstReportMs) / 1_000;
}

function spanOf(run: ServerRun, lengths: PhaseLengths): Span {
  const drought = phaseOf(lengths, 'drought');
  return {
    from: secondsFrom(run, 0),
    to: secondsFrom(run, phaseOf(lengths, 'recovery').toMs),
    storm: { from: secondsFrom(run, drought.fromMs), to: secondsFrom(run, drought.toMs) },
  };
}

const within =
  ({ from, to }: Span) =>
  ({ x }: Point) =>
    x >= from && x <= to;

function marksOf(run: ServerRun, lengths: PhaseLengths): Mark[] {
  const moments: [label: string, ms: number | null][] = [
    ['first report', 0],
    ['detected', run.detectedMs],
    ['cause named', run.namedMs],
    ['contained', run.figures.containedMs === 0 ? null : run.figures.containedMs],
    ['storm ends', phaseOf(lengths, 'drought').toMs - run.firstReportMs],
  ];
  return moments.flatMap(([label, ms]) => (ms === null ? [] : [{ label, x: ms / 1_000 }]));
}
