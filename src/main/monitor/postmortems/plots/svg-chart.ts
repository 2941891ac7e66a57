/**
 * One chart as an SVG that stands alone: time on x in UTC, y from zero, each series labelled where it ends, moments as thin
 * vertical marks. Colours and sizes are attributes, so that no policy against styles stops it, on light and on dark ground.
 */

import { clockWords } from '../words.ts';
import { spreadOut, ticksUpTo, timeTicks } from './scale.ts';

export interface ChartPoint {
  readonly atMs: number;
  /** Null is a gap. */
  readonly value: number | null;
}

export interface ChartSeries {
  readonly label: string;
  readonly color: string;
  readonly points: readonly ChartPoint[];
}

export interface ChartMark {
  readonly atMs: number;
  readonly label: string;
}

export interface Chart {
  readonly title: string;
  /** What it shows, for those who cannot see it. */
  readonly description: string;
  readonly unit: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Shaded: while users were hurt. */
  readonly hurt: { readonly fromMs: number; readonly untilMs: number } | null;
  readonly series: readonly ChartSeries[];
  readonly marks: readonly ChartMark[];
}

const WIDTH = 920;
const PLOT_HEIGHT = 190;
const LEFT = 56;
const RIGHT = 132;
const BOTTOM = 28;
const MARK_ROW = 15;
const LETTER = 6.2;
const INK = '#76828e';
const FONT = 'system-ui, -apple-system, sans-serif';

interface Frame {
  readonly top: number;
  readonly base: number;
  readonly height: number;
  readonly most: number;
  readonly ticks: readonly number[];
  x(atMs: number): number;
  y(value: number): number;
}

export function renderChart(chart: Chart): string {
  const rows = rowsOfMarks(chart);
  const frame = frameOf(chart, rows.count);
  const parts = [
    hurtShade(chart, frame),
    axes(chart, frame),
    ...chart.marks.map((mark, index) => drawMark(mark, frame, rows.rowOf[index] as number)),
    ...chart.series.map(({ color, points }) => line(points, color, frame)),
    endLabels(chart, frame),
  ];
  const label = escapeXml(`${chart.title}, ${chart.unit}. ${chart.description}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${frame.height}" role="img" aria-label="${label}" font-family="${FONT}" font-size="12">${parts.join('')}</svg>`;
}

function frameOf(chart: Chart, markRows: number): Frame {
  const top = 24 + markRows * MARK_ROW;
  const base = top + PLOT_HEIGHT;
  const values = chart.series.flatMap(({ points }) => points.map(({ value }) => value ?? 0));
  const ticks = ticksUpTo(Math.max(0, ...values), 4);
  const most = ticks.at(-1) as number;
  const width = WIDTH - LEFT - RIGHT;
  const spanMs = Math.max(1, chart.toMs - chart.fromMs);
  return {
    ...{ top, base, most, ticks, height: base + BOTTOM },
    x: (atMs) => round(LEFT + ((atMs - chart.fromMs) / spanMs) * width),
    y: (value) => round(base - (Math.min(value, most) / most) * PLOT_HEIGHT),
  };
}

function hurtShade({ fromMs, hurt, toMs }: Chart, frame: Frame): string {
  if (!hurt) return '';
  const from = frame.x(Math.max(fromMs, hurt.fromMs));
  const to = frame.x(Math.min(toMs, hurt.untilMs));
  return `<rect x="${from}" y="${frame.top}" width="${round(Math.max(1, to - from))}" height="${PLOT_HEIGHT}" fill="#c4483f" fill-opacity="0.1"/>`;
}

function axes(chart: Chart, frame: Frame): string {
  const right = WIDTH - RIGHT;
  const horizontal = frame.ticks.map((tick) => {
    const y = frame.y(tick);
    const opacity = tick === 0 ? 0.9 : 0.25;
    return `<line x1="${LEFT}" x2="${right}" y1="${y}" y2="${y}" stroke="${INK}" stroke-opacity="${opacity}"/>${text(tick.toLocaleString('en-US'), LEFT - 8, y + 4, 'end')}`;
  });
  const times = timeTicks(chart.fromMs, chart.toMs, 7).map((atMs) =>
    text(clockWords(atMs), frame.x(atMs), frame.base + 18, 'middle'),
  );
  const unit = text(`${chart.unit}, UTC`, LEFT, 13, 'start');
  return [unit, ...horizontal, ...times].join('');
}

function drawMark({ atMs, label }: ChartMark, frame: Frame, row: number): string {
  const x = frame.x(atMs);
  const y = frame.top - 5 - row * MARK_ROW;
  return `<line x1="${x}" x2="${x}" y1="${y - 9}" y2="${frame.base}" stroke="${INK}" stroke-dasharray="2 3"/>${text(label, x + 4, y, 'start')}`;
}

/** In which row above the plot each mark's words stand, so that none covers another. */
function rowsOfMarks(chart: Chart): { count: number; rowOf: number[] } {
  const perMs = (WIDTH - LEFT - RIGHT) / Math.max(1, chart.toMs - chart.fromMs);
  const spans = chart.marks.map(({ atMs, label }, index) => {
    const start = (atMs - chart.fromMs) * perMs;
    return { index, start, end: start + label.length * LETTER + 8 };
  });
  const rowOf: number[] = [];
  const placed: typeof spans = [];
  for (const span of spans.sort((a, b) => b.start - a.start)) {
    const inTheWay = placed.filter(({ start }) => start < span.end);
    rowOf[span.index] =
      inTheWay.length === 0 ? 0 : 1 + Math.max(...inTheWay.map(({ index }) => rowOf[index] as number));
    placed.push(span);
  }
  return { count: Math.max(0, ...rowOf.map((row) => row + 1)), rowOf };
}

function line(points: readonly ChartPoint[], color: string, frame: Frame): string {
  let isDrawing = false;
  const path = points
    .map(({ atMs, value }) => {
      if (value === null) {
        isDrawing = false;
        return '';
      }
      const command = isDrawing ? 'L' : 'M';
      isDrawing = true;
      return `${command}${frame.x(atMs)} ${frame.y(value)}`;
    })
    .join('');
  return path === ''
    ? ''
    : `<path d="${path}" fill="none" stroke="${color}" stroke-width="1.8" stroke-linejoin="round" stroke-linecap="round"/>`;
}

function endLabels({ series }: Chart, frame: Frame): string {
  const ends = series.map(({ points }) => frame.y(points.findLast(({ value }) => value !== null)?.value ?? 0));
  const places = spreadOut(ends, 15, [frame.top + 4, frame.base]);
  const x = WIDTH - RIGHT + 8;
  return series
    .map(({ color, label }, index) => text(label, x, (places[index] as number) + 4, 'start', color))
    .join('');
}

function text(
  words: string,
  x: number,
  y: number,
  ...[anchor, color = INK]: ['start' | 'middle' | 'end', string?]
): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${color}">${escapeXml(words)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export function escapeXml(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
