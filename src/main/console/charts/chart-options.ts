// How uPlot is told to draw one of our charts: axes, series, marks, and what is said under the pointer.
import type uPlot from 'uplot';
import { countWords } from '../components/number-words.ts';
import { type ColorOf, drawBands, drawEndLabels, drawMarks } from './chart-drawing.ts';
import type { Series, TimeChartProps } from './chart-props.ts';
import { type Mark, nearestMark } from './marks.ts';
import { readoutWords } from './readout.ts';
import { resolveColor } from './series-color.ts';
import { atLeastOne, ceilingOf, decadesOf, stack, type Values } from './stack.ts';
import { tickWords } from './time-axis.ts';

const CURSOR_GROUP = 'aquifer';
/** In the size of a chart's own text, so that a chart on a wall has more. */
const LABEL_ROOM_EM = 8;
/** What stands at an axis, in the same size. */
const AXIS_TEXT = 0.92;
const AXIS_ROOM_EM = 3.7;
const DEFAULT_TEXT_PX = 12;
const MARK_LABEL_ROOM_EM = 1.5;
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
  const drawn = drawnSeries(props).map(({ values }) => (props.isLogarithmic ? atLeastOne(values) : [...values]));
  return [[...props.times], ...drawn] as uPlot.AlignedData;
}

/** @param latest read whenever something is drawn, so that new props need no new chart */
export function chartOptions(element: HTMLElement, latest: Latest, around: ChartSurroundings): uPlot.Options {
  const { isStacked = false, marks } = latest.current;
  const color = rememberedColors(element);
  const textPx = Number.parseFloat(getComputedStyle(element).fontSize) || DEFAULT_TEXT_PX;
  const top = marks?.some(({ label }) => label !== '') ? textPx * MARK_LABEL_ROOM_EM : 8;
  return {
    width: element.clientWidth,
    height: around.height,
    padding: [top, textPx * LABEL_ROOM_EM, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: CURSOR_GROUP }, points: { show: !isStacked }, drag: { x: false, y: false } },
    scales: {
      x: { range: (_plot, _first, last) => spanOf(latest.current, last) },
      y: verticalScale(latest.current),
    },
    axes: axesOf(latest.current, textPx, color),
    series: [{}, ...drawnSeries(latest.current).map((one) => seriesLook(one, latest.current, color))],
    hooks: {
      drawAxes: [(plot) => drawBands(plot, marksOf(latest), color)],
      draw: [
        (plot) => drawMarks(plot, marksOf(latest), { color, textPx }),
        (plot) => drawEndLabels(plot, namedSeries(latest.current), { color, textPx }),
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

function verticalScale({ isLogarithmic, leastCeiling }: TimeChartProps): uPlot.Scale {
  const shown = (plot: uPlot) => plot.data.slice(1) as Values[];
  if (!isLogarithmic) return { range: (plot) => [0, ceilingOf(shown(plot), leastCeiling)] };
  return { distr: 3, range: (plot) => [1, decadesOf(shown(plot), leastCeiling).at(-1) ?? leastCeiling] };
}

function axesOf({ isLogarithmic, leastCeiling }: TimeChartProps, textPx: number, color: ColorOf): uPlot.Axis[] {
  // uPlot reads whole pixels alone where it scales a font for a dense screen.
  const font = `${Math.round(textPx * AXIS_TEXT)}px system-ui, sans-serif`;
  const axis = { stroke: color('--ink-faint'), font, ticks: { show: false } };
  return [
    {
      ...{ ...axis, grid: { show: false }, size: textPx * 2.3, space: textPx * 7 },
      values: (_plot, ticks) => tickWords(ticks, stepOf(ticks)),
    },
    {
      ...{ ...axis, grid: { stroke: color('--line'), width: 1 }, size: textPx * AXIS_ROOM_EM, space: textPx * 3 },
      ...(isLogarithmic
        ? {
            splits: (plot) => decadesOf(plot.data.slice(1) as Values[], leastCeiling),
            filter: (_plot, splits) => splits,
            values: (_plot, ticks) => ticks.map(decadeWords),
          }
        : {}),
    },
  ];
}

/** There is room for "10,000" beside a chart, and for no more. */
function decadeWords(value: number): string {
  return value >= 100_000 ? `${countWords(value / 1000)} k` : countWords(value);
}

const MINUTE_SECONDS = 60;

function stepOf([first, second]: readonly number[]): number {
  return first === undefined || second === undefined ? MINUTE_SECONDS : second - first;
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
