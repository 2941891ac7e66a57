// How uPlot is told to draw one of our charts: axes, series, marks, and what is said under the pointer.
import type uPlot from 'uplot';
import { type ColorOf, drawBands, drawEndLabels, drawMarks } from './chart-drawing.ts';
import type { Series, TimeChartProps } from './chart-props.ts';
import { type Mark, nearestMark } from './marks.ts';
import { readoutWords } from './readout.ts';
import { resolveColor } from './series-color.ts';
import { ceilingOf, stack, type Values } from './stack.ts';
import { tickWords } from './time-axis.ts';

const CURSOR_GROUP = 'aquifer';
const LABEL_ROOM = 96;
const MARK_LABEL_ROOM = 18;
/** How near to a mark the pointer has to come to mean it. */
const MARK_REACH_PX = 8;

type Latest = { readonly current: TimeChartProps };

interface ChartSurroundings {
  readonly height: number;
  /** Shows words beside the title; none when the pointer is elsewhere. */
  readonly say: (words: string) => void;
}

/** Stacked areas are drawn from the highest to the lowest, so that each shows its own band. */
function drawnSeries({ isStacked, limit, series }: TimeChartProps): Series[] {
  const shown = isStacked
    ? stack(series.map(({ values }) => values)).map((values, index) => ({ ...(series[index] as Series), values }))
    : [...series];
  return [...shown.toReversed(), ...(limit ? [limit] : [])];
}

export function chartData(props: TimeChartProps): uPlot.AlignedData {
  return [[...props.times], ...drawnSeries(props).map(({ values }) => [...values])] as uPlot.AlignedData;
}

/** @param latest read whenever something is drawn, so that new props need no new chart */
export function chartOptions(element: HTMLElement, latest: Latest, around: ChartSurroundings): uPlot.Options {
  const { isStacked = false, leastCeiling, marks } = latest.current;
  const color = rememberedColors(element);
  const axis = { stroke: color('--ink-faint'), font: '11px system-ui, sans-serif', ticks: { show: false } };
  const top = marks?.some(({ label }) => label !== '') ? MARK_LABEL_ROOM : 8;
  return {
    width: element.clientWidth,
    height: around.height,
    padding: [top, LABEL_ROOM, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: CURSOR_GROUP }, points: { show: !isStacked }, drag: { x: false, y: false } },
    scales: {
      x: { range: (_plot, _first, last) => spanOf(latest.current, last) },
      y: { range: (plot) => [0, ceilingOf(plot.data.slice(1) as Values[], leastCeiling)] },
    },
    axes: [
      {
        ...{ ...axis, grid: { show: false }, size: 28, space: 80 },
        values: (_plot, ticks, _axis, _space, step) => tickWords(ticks, step),
      },
      { ...axis, grid: { stroke: color('--line'), width: 1 }, size: 44, space: 36 },
    ],
    series: [{}, ...drawnSeries(latest.current).map((one) => seriesLook(one, latest.current, color))],
    hooks: {
      drawAxes: [(plot) => drawBands(plot, marksOf(latest), color)],
      draw: [
        (plot) => drawMarks(plot, marksOf(latest), color),
        (plot) => drawEndLabels(plot, namedSeries(latest.current), color('--ink-soft')),
      ],
      setCursor: [(plot) => around.say(wordsUnderPointer(plot, latest.current))],
      ready: [(plot) => plot.over.addEventListener('click', () => pick(plot, latest.current))],
    },
  };
}

/** A chart lives as long as its colour scheme, and asking for a colour makes the browser lay the page out. */
function rememberedColors(within: Element): ColorOf {
  const known = new Map<string, string>();
  return (token) => {
    const color = known.get(token) ?? resolveColor(within, token);
    known.set(token, color);
    return color;
  };
}

function spanOf({ spanSeconds, until }: TimeChartProps, last: number | null): [number, number] {
  const end = until ?? last ?? Date.now() / 1000;
  return [end - spanSeconds, end];
}

function seriesLook(one: Series, { isStacked, limit }: TimeChartProps, color: ColorOf): uPlot.Series {
  return {
    label: one.label,
    stroke: color(one.color),
    width: 1.5,
    points: { show: false },
    ...(isStacked && one !== limit ? { fill: color(one.color) } : {}),
    ...(one === limit ? { dash: [4, 4] } : {}),
  };
}

function marksOf({ current }: Latest): readonly Mark[] {
  return current.marks ?? [];
}

/** What was zero all along is not named: it would only stand in the way of what was not. */
function namedSeries({ limit, series }: TimeChartProps): ReadonlySet<string> {
  const alive = series.filter(({ values }) => values.some((value) => value !== null && value > 0));
  return new Set([...alive, ...(limit ? [limit] : [])].map(({ label }) => label));
}

function wordsUnderPointer(plot: uPlot, props: TimeChartProps): string {
  const { idx, left } = plot.cursor;
  if (typeof idx !== 'number' || left === undefined || left < 0) return '';
  const reach = plot.posToVal(MARK_REACH_PX, 'x') - plot.posToVal(0, 'x');
  return readoutWords(props, idx, nearestMark(props.marks ?? [], plot.posToVal(left, 'x'), reach));
}

function pick(plot: uPlot, { onPick }: TimeChartProps): void {
  const index = plot.cursor.idx;
  if (typeof index === 'number') onPick?.(index);
}
