// What our charts draw beside the lines: the names of the series at their ends, and thin marks for what happened.
import type uPlot from 'uplot';
import { placeLabels } from './end-labels.ts';

export interface Mark {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly label: string;
}

const LINE_HEIGHT = 14;

/** @param named the labels of the series that are worth naming */
export function drawEndLabels(plot: uPlot, named: ReadonlySet<string>, color: string): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  const last = plot.data[0].length - 1;
  const labels = plot.series.slice(1).flatMap((series, index) => {
    const value = plot.data[index + 1]?.[last];
    if (typeof value !== 'number' || typeof series.label !== 'string' || !named.has(series.label)) return [];
    return [{ label: series.label, y: plot.valToPos(value, 'y', true) / scale }];
  });
  const bottom = (bbox.top + bbox.height) / scale - 2;
  ctx.save();
  ctx.font = `${11 * scale}px system-ui, sans-serif`;
  ctx.fillStyle = color;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const { label, y } of placeLabels(labels, LINE_HEIGHT, bottom)) {
    ctx.fillText(label, bbox.left + bbox.width + 8 * scale, y * scale);
  }
  ctx.restore();
}

export function drawMarks(plot: uPlot, marks: readonly Mark[], colorOf: (token: string) => string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colorOf('--line-strong');
  ctx.lineWidth = devicePixelRatio;
  for (const { at } of marks) {
    const x = Math.round(plot.valToPos(at, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
