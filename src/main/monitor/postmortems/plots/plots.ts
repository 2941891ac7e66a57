/** The plots of a postmortem: who was hurt, how long requests took, what the pool held; with its moments as marks. */

import type { Series } from '../../samples/schema.ts';
import type { Plot } from '../document.ts';
import type { IncidentFacts } from '../incident-facts.ts';
import { amountWords, clockWords, countWords, spanWords } from '../words.ts';
import { type Chart, type ChartMark, type ChartPoint, renderChart } from './svg-chart.ts';

/** Told apart on light and on dark ground, and by who sees no red from green. */
const COLORS = { users: '#c2554d', failed: '#8a5fb0', requests: '#3d8fc4', time: '#3d8fc4' } as const;
const LANE_COLORS = ['#3d8fc4', '#8a5fb0', '#2f8f88', '#b3752a', '#7d8a96'];
const SPARE_MS = 15_000;
const MARKS_MAX = 12;

export function drawPlots(facts: IncidentFacts, pool: readonly Series[]): Plot[] {
  const { points } = facts.detail;
  const plots: Plot[] = [];
  if (points.length > 1) plots.push(drawHurt(facts), drawTimes(facts));
  for (const name of ['pool.inUse', 'pool.waiting']) {
    const series = pool.filter((one) => one.name === name && one.points.some(({ max }) => max > 0));
    if (series.length > 0) plots.push(drawPool(facts, name, series));
  }
  return plots;
}

function drawHurt(facts: IncidentFacts): Plot {
  const { worst } = facts;
  const series = [
    { label: 'requests', color: COLORS.requests, points: pointsOf(facts, ({ requests }) => requests) },
    { label: 'failed', color: COLORS.failed, points: pointsOf(facts, ({ failed }) => failed) },
    { label: 'users hurt', color: COLORS.users, points: pointsOf(facts, ({ usersHurt }) => usersHurt) },
  ];
  const most = worst.usersHurt
    ? `At most ${amountWords(worst.usersHurt.usersHurt, 'user', 'users')} hurt at ${clockWords(worst.usersHurt.at)}.`
    : 'No user was hurt.';
  return plot(
    'hurt',
    frameOf(facts, { title: 'Users hurt and requests', unit: unitOf(facts), description: most, series }),
  );
}

function drawTimes(facts: IncidentFacts): Plot {
  const { slowest } = facts.worst;
  const description = slowest
    ? `The slowest hundredth took ${spanWords(slowest.p99Ms)} or more at ${clockWords(slowest.at)}.`
    : 'No request was timed.';
  const points = pointsOf(facts, ({ p99Ms, requests }) => (requests === 0 ? null : p99Ms / 1_000));
  const series = [{ label: '99th percentile', color: COLORS.time, points }];
  return plot('times', frameOf(facts, { title: 'How long requests took', unit: 'seconds', description, series }));
}

function drawPool(facts: IncidentFacts, name: string, series: readonly Series[]): Plot {
  const isHeld = name === 'pool.inUse';
  const title = isHeld ? 'Connections in use, by lane' : 'Waiting for a connection, by lane';
  const sorted = [...series].sort((a, b) => mostOf(b) - mostOf(a)).slice(0, LANE_COLORS.length);
  const [first] = sorted;
  const description = first ? `At most ${countWords(mostOf(first))} in ${first.scope}.` : '';
  const lines = sorted.map((one, index) => ({
    label: one.scope === '' ? 'all' : one.scope,
    color: LANE_COLORS[index] as string,
    points: withGaps(one.points.map(({ at, max }) => ({ atMs: Date.parse(at), value: max }))),
  }));
  const unit = isHeld ? 'connections, the most of each step' : 'callers, the most of each step';
  return plot(isHeld ? 'pool' : 'waiting', frameOf(facts, { title, unit, description, series: lines }));
}

const mostOf = ({ points }: Series) => Math.max(0, ...points.map(({ max }) => max));

function plot(key: string, chart: Chart): Plot {
  return { key, title: chart.title, svg: renderChart(chart) };
}

function frameOf(facts: IncidentFacts, given: Pick<Chart, 'title' | 'unit' | 'description' | 'series'>): Chart {
  const { detail, hurt } = facts;
  const instants = detail.points.map(({ at }) => Date.parse(at));
  const fromMs = instants[0] ?? facts.openedMs - SPARE_MS;
  const toMs = instants.at(-1) ?? (facts.closedMs ?? facts.openedMs) + SPARE_MS;
  return { ...given, fromMs, toMs: Math.max(toMs, fromMs + 1_000), hurt, marks: marksOf(facts, fromMs, toMs) };
}

function marksOf({ detail: { incident, timeline } }: IncidentFacts, fromMs: number, toMs: number): ChartMark[] {
  const moments: [string, string | null][] = [
    ['opened', incident.openedAt],
    ['cause named', incident.namedAt],
    ['contained', incident.containedAt],
    ['closed', incident.closedAt],
  ];
  const kinds = { deploy: 'deploy', migration: 'migration', ddl: 'definition changed', session_ended: 'session ended' };
  for (const { at, kind } of timeline) {
    const label = kinds[kind as keyof typeof kinds];
    if (label) moments.push([label, at]);
  }
  return moments
    .flatMap(([label, at]) => (at === null ? [] : [{ label, atMs: Date.parse(at) }]))
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    .slice(0, MARKS_MAX);
}

type Point = IncidentFacts['detail']['points'][number];

function pointsOf({ detail: { points }, stepMs }: IncidentFacts, read: (point: Point) => number | null): ChartPoint[] {
  return withGaps(
    points.map((point) => ({ atMs: Date.parse(point.at), value: read(point) })),
    stepMs,
  );
}

/** Where steps are missing a line would claim what nobody measured. */
function withGaps(points: readonly ChartPoint[], known?: number): ChartPoint[] {
  const steps = points.slice(1).map(({ atMs }, index) => atMs - (points[index] as ChartPoint).atMs);
  const stepMs = known ?? [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 1_000;
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    const isGap = before !== undefined && point.atMs - before.atMs > stepMs * 3;
    return isGap ? [{ atMs: before.atMs + stepMs, value: null }, point] : [point];
  });
}

function unitOf({ stepMs }: IncidentFacts): string {
  return stepMs > 1_500 ? `each ${spanWords(stepMs)}` : 'each second';
}
