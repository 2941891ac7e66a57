// Values over time: zero at the bottom, gaps as gaps, each series named where it ends, and one cursor for all charts of a page.
import { useComputedColorScheme } from '@mantine/core';
import { memo, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { chartData, chartOptions } from './chart-options.ts';
import type { TimeChartProps } from './chart-props.ts';
import 'uplot/dist/uPlot.min.css';
import './time-chart.css';

export type { Series, TimeChartProps } from './chart-props.ts';

/** Drawn again only when its props are others: a page around it may change many times a second. */
export const TimeChart = memo(function TimeChart(props: TimeChartProps) {
  const { height = 160, title, unit } = props;
  const host = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLSpanElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const scheme = useComputedColorScheme('light');
  const shape = props.series.map(({ label }) => label).join();
  const hasLabels = props.marks?.some(({ label }) => label !== '') ?? false;

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const say = (words: string) => {
      if (readout.current) readout.current.textContent = words;
    };
    const made = new uPlot(chartOptions(element, latest, { height, say }), chartData(latest.current), element);
    plot.current = made;
    const follow = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    follow.observe(element);
    return () => {
      follow.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [scheme, shape, height, hasLabels, props.limit === undefined]);

  useEffect(() => {
    plot.current?.setData(chartData(props));
  });

  return (
    <figure className="time-chart" aria-label={`${title}, ${unit}, over time`}>
      <figcaption>
        <span className="time-chart-title">{title}</span> <span className="faint">{unit}</span>
        <span ref={readout} className="time-chart-readout" aria-hidden="true" />
      </figcaption>
      <div ref={host} />
    </figure>
  );
});
