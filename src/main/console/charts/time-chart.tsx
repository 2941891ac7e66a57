// Values over time: zero at the bottom, gaps as gaps, each series named where it ends, and one cursor for all charts of a page.
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { drawEndLabels, drawMarks, type Mark } from './chart-drawing.ts';
import { resolveColor } from './series-color.ts';
import { ceilingOf, stack, type Values } from './stack.ts';
import 'uplot/dist/uPlot.min.css';
import './time-chart.css';

export interface Series {
  readonly label: string;
  /** Of theme.css, such as `--chart-critical`. */
  readonly color: string;
  readonly values: Values;
}

interface TimeChartProps {
  readonly title: string;
  readonly unit: string;
  /** Seconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** One area upon the other; a `limit` stays a line over them. */
  readonly isStacked?: boolean;
  readonly limit?: Series | undefined;
  readonly marks?: readonly Mark[] | undefined;
  /** The axis begins this long before the last figure, whether there is one for all of it or not. */
  readonly spanSeconds: number;
  /** The axis reaches at least this far, so that one waiter does not look like a flood. */
  readonly leastCeiling: number;
  readonly height?: number;
  /** Called with the position in `times` that was clicked. */
  readonly onPick?: ((index: number) => void) | undefined;
}

const CURSOR_GROUP = 'aquifer';
const LABEL_ROOM = 96;

export function TimeChart(props: TimeChartProps) {
  const { height = 160, title, unit } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const scheme = useComputedColorScheme('light');
  const shape = props.series.map(({ label }) => label).join();

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const made = new uPlot(optionsFor(element, latest, height), dataOf(latest.current), element);
    plot.current = made;
    const follow = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    follow.observe(element);
    return () => {
      follow.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [scheme, shape, height, props.limit === undefined]);

  useEffect(() => {
    plot.current?.setData(dataOf(props));
  });

  return (
    <figure className="time-chart" aria-label={`${title}, ${unit}, over time`}>
      <figcaption>
        {title} <span className="faint">{unit}</span>
      </figcaption>
      <div ref={host} />
    </figure>
  );
}

/** Stacked areas are drawn from the highest to the lowest, so that each shows its own band. */
function drawnSeries({ isStacked, limit, series }: TimeChartProps): Series[] {
  const shown = isStacked
    ? stack(series.map(({ values }) => values)).map((values, index) => ({ ...(series[index] as Series), values }))
    : [...series];
  return [...shown.toReversed(), ...(limit ? [limit] : [])];
}

function dataOf(props: TimeChartProps): uPlot.AlignedData {
  return [[...props.times], ...drawnSeries(props).map(({ values }) => [...values])] as uPlot.AlignedData;
}

function optionsFor(element: HTMLElement, latest: { current: TimeChartProps }, height: number): uPlot.Options {
  const { isStacked = false, leastCeiling, limit } = latest.current;
  const color = (token: string) => resolveColor(element, token);
  const ink = color('--ink-faint');
  const line = color('--line');
  const axis = { stroke: ink, font: '11px system-ui, sans-serif', ticks: { show: false } };
  const drawn = drawnSeries(latest.current);
  return {
    width: element.clientWidth,
    height,
    padding: [8, LABEL_ROOM, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: CURSOR_GROUP }, points: { show: !isStacked }, drag: { x: false, y: false } },
    scales: {
      x: { range: (_plot, _first, last) => [last - latest.current.spanSeconds, last] },
      y: { range: (plot) => [0, ceilingOf(plot.data.slice(1) as Values[], leastCeiling)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 28, space: 80, values: (_plot, ticks) => ticks.map(clockWords) },
      { ...axis, grid: { stroke: line, width: 1 }, size: 44, space: 36 },
    ],
    series: [
      {},
      ...drawn.map(
        (one): uPlot.Series => ({
          label: one.label,
          stroke: color(one.color),
          width: 1.5,
          points: { show: false },
          ...(isStacked && one !== limit ? { fill: color(one.color) } : {}),
          ...(one === limit ? { dash: [4, 4] } : {}),
        }),
      ),
    ],
    hooks: {
      draw: [
        (plot) => drawMarks(plot, latest.current.marks ?? [], color),
        (plot) => drawEndLabels(plot, namedSeries(latest.current), color('--ink-soft')),
      ],
      ready: [(plot) => plot.over.addEventListener('click', () => pick(plot, latest.current))],
    },
  };
}

/** What was zero all along is not named: it would only stand in the way of what was not. */
function namedSeries({ limit, series }: TimeChartProps): ReadonlySet<string> {
  const alive = series.filter(({ values }) => values.some((value) => value !== null && value > 0));
  return new Set([...alive, ...(limit ? [limit] : [])].map(({ label }) => label));
}

function pick(plot: uPlot, { onPick }: TimeChartProps): void {
  const index = plot.cursor.idx;
  if (typeof index === 'number') onPick?.(index);
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

function clockWords(seconds: number): string {
  return clock.format(new Date(seconds * 1000));
}
