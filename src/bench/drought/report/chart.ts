/**
 * One chart as inline SVG: time on x in seconds from the first report, y from zero, each series labelled where it ends, and
 * the moments of the drought as thin vertical marks. It scales with its column; texts keep their size by a second, narrow
 * drawing for small screens.
 */

import { escapeText } from './escape.ts';
import { spreadOut, ticksUpTo } from './scale.ts';

export interface Point {
  /** Seconds. */
  x: number;
  /** Null is a gap. */
  y: number | null;
}

export interface Series {
  label: string;
  /** A class of the page's style: which colour and dash. */
  look: 'ordinary' | 'aquifer' | 'second' | 'bound';
  points: readonly Point[];
}

export interface Mark {
  /** Seconds. */
  x: number;
  label: string;
}

export interface ChartShape {
  title: string;
  /** What the chart shows, for those who cannot see it. */
  description: string;
  unit: string;
  series: readonly Series[];
  marks: readonly Mark[];
  /** The storm's span, shaded. */
  storm: { from: number; to: number };
  from: number;
  to: number;
  /** The top of y; by the data where left out. */
  most?: number;
}

interface Frame {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const WIDE = { width: 960, height: 250, left: 52, right: 150, bottom: 30 } as const;
const NARROW = { width: 360, height: 220, left: 40, right: 124, bottom: 30 } as const;
const MARK_ROW = 15;
/** About the width of a letter of the small size, in the units of the drawing. */
const LETTER = 6.2;
const LABEL_APART = 15;

export function renderChart(shape: ChartShape): string {
  return `<figure class="chart">
<figcaption>${escapeText(shape.title)} <span class="unit">${escapeText(shape.unit)}</span></figcaption>
${draw(shape, WIDE, 'wide')}
${draw(shape, NARROW, 'narrow')}
</figure>`;
}

function draw(shape: ChartShape, sizes: Omit<Frame, 'top'>, name: 'wide' | 'narrow'): string {
  const rows = rowsOfMarks(shape, sizes);
  const height = sizes.height + rows.count * MARK_ROW;
  const frame: Frame = { ...sizes, height, top: 8 + rows.count * MARK_ROW };
  const data = shape.series.flatMap(({ points }) => points.map(({ y }) => y ?? 0));
  const ticks = ticksUpTo(shape.most ?? Math.max(0, ...data), 4);
  const most = ticks.at(-1) as number;
  const toX = (x: number) =>
    frame.left + ((x - shape.from) / (shape.to - shape.from)) * (frame.width - frame.left - frame.right);
  const toY = (y: number) =>
    frame.height - frame.bottom - (Math.min(y, most) / most) * (frame.height - frame.top - frame.bottom);
  const parts = [
    storm(shape, frame, toX),
    axes(shape, frame, { toX, toY, ticks, wanted: name === 'wide' ? 9 : 4 }),
    ...shape.marks.map((mark, index) => drawMark(mark, frame, toX, rows.rowOf[index] as number)),
    ...shape.series.map(({ look, points }) => `<path class="line ${look}" d="${pathOf(points, toX, toY)}"/>`),
    labels(shape, frame, toY),
  ];
  return `<svg class="${name}" viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${escapeText(`${shape.title}. ${shape.description}`)}">${parts.join('')}</svg>`;
}

/**
 * In which row above the plot each mark's words stand: the leftmost of a bunch at the top, so that no words cover others
 * and no line runs through them.
 */
function rowsOfMarks(shape: ChartShape, sizes: Omit<Frame, 'top'>): { count: number; rowOf: number[] } {
  const perSecond = (sizes.width - sizes.left - sizes.right) / (shape.to - shape.from);
  const spans = shape.marks.map(({ x, label }, index) => {
    const start = (x - shape.from) * perSecond;
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

function storm({ storm: { from, to } }: ChartShape, frame: Frame, toX: (x: number) => number): string {
  const height = frame.height - frame.bottom - frame.top;
  return `<rect class="storm" x="${round(toX(from))}" y="${frame.top}" width="${round(toX(to) - toX(from))}" height="${height}"/>`;
}

interface Axes {
  toX: (x: number) => number;
  toY: (y: number) => number;
  ticks: readonly number[];
  /** About so many on x. */
  wanted: number;
}

function axes(shape: ChartShape, frame: Frame, { toX, toY, ticks, wanted }: Axes): string {
  const right = frame.width - frame.right;
  const base = frame.height - frame.bottom;
  const horizontal = ticks.map((tick) => {
    const y = round(toY(tick));
    return `<line class="${tick === 0 ? 'axis' : 'grid'}" x1="${frame.left}" x2="${right}" y1="${y}" y2="${y}"/><text class="tick" x="${frame.left - 8}" y="${y + 4}" text-anchor="end">${tick.toLocaleString('en')}</text>`;
  });
  const step = ticksUpTo(shape.to - shape.from, wanted)[1] ?? 10;
  const first = Math.ceil(shape.from / step) * step;
  const times = Array.from({ length: Math.floor((shape.to - first) / step) + 1 }, (_, index) => first + index * step);
  const vertical = times.map(
    (x) =>
      `<text class="tick" x="${round(toX(x))}" y="${base + 18}" text-anchor="middle">${x === 0 ? '0 s' : x}</text>`,
  );
  return [...horizontal, ...vertical].join('');
}

function drawMark({ x, label }: Mark, frame: Frame, toX: (x: number) => number, row: number): string {
  const at = round(toX(x));
  const y = frame.top - 6 - row * MARK_ROW;
  return `<line class="mark" x1="${at}" x2="${at}" y1="${y - 9}" y2="${frame.height - frame.bottom}"/><text class="mark-label" x="${at + 4}" y="${y}">${escapeText(label)}</text>`;
}

function pathOf(points: readonly Point[], toX: (x: number) => number, toY: (y: number) => number): string {
  let isDrawing = false;
  return points
    .map(({ x, y }) => {
      if (y === null) {
        isDrawing = false;
        return '';
      }
      const command = isDrawing ? 'L' : 'M';
      isDrawing = true;
      return `${command}${round(toX(x))} ${round(toY(y))}`;
    })
    .join('');
}

function labels({ series }: ChartShape, frame: Frame, toY: (y: number) => number): string {
  const ends = series.map(({ points }) => toY(points.findLast(({ y }) => y !== null)?.y ?? 0));
  const places = spreadOut(ends, LABEL_APART, frame.top + 4, frame.height - frame.bottom);
  const x = frame.width - frame.right + 8;
  return series
    .map(
      ({ label, look }, index) =>
        `<text class="label ${look}" x="${x}" y="${round((places[index] as number) + 4)}">${escapeText(label)}</text>`,
    )
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
