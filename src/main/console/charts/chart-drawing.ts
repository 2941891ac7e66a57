// What our charts draw beside the lines: the names of the series at their ends, and thin marks for what happened.
import type uPlot from 'uplot';
import { placeLabels } from './end-labels.ts';
import { type Mark, markLook, placeMarks } from './marks.ts';

export type ColorOf = (token: string) => string;

export interface Pen {
  readonly color: ColorOf;
  readonly textPx: number;
}

const LINE_HEIGHT_EM = 1.2;
const LABEL_TEXT = 0.92;
const MARK_TEXT = 0.84;
const LABEL_GAP_PX = 4;
const BAND_OPACITY = 0.6;

/** @param named the labels of the series that are worth naming */
export function drawEndLabels(plot: uPlot, named: ReadonlySet<string>, pen: Pen): void {
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
  ctx.font = `${pen.textPx * LABEL_TEXT * scale}px system-ui, sans-serif`;
  ctx.fillStyle = pen.color('--ink-soft');
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const { label, y } of placeLabels(labels, pen.textPx * LINE_HEIGHT_EM, bottom)) {
    ctx.fillText(label, bbox.left + bbox.width + 8 * scale, y * scale);
  }
  ctx.restore();
}

/** The time that something lasted, as a pale band under the lines. */
export function drawBands(plot: uPlot, marks: readonly Mark[], colorOf: ColorOf): void {
  const { ctx, bbox } = plot;
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.fillStyle = colorOf('--bad-soft');
  ctx.globalAlpha = BAND_OPACITY;
  for (const { at, kind, until } of marks) {
    if (kind !== 'incident' || until === undefined) continue;
    const from = Math.max(bbox.left, plot.valToPos(at, 'x', true));
    const to = until === null ? right : Math.min(right, plot.valToPos(until, 'x', true));
    if (to > from) ctx.fillRect(from, bbox.top, to - from, bbox.height);
  }
  ctx.restore();
}

/** A line for each mark, with its label above the chart where the next one leaves room for it. */
export function drawMarks(plot: uPlot, marks: readonly Mark[], pen: Pen): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.lineWidth = scale;
  ctx.font = `${pen.textPx * MARK_TEXT * scale}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  const toX = (at: number) => Math.round(plot.valToPos(at, 'x', true) - bbox.left);
  for (const { mark, x, room } of placeMarks(marks, toX, bbox.width)) {
    const { color, dash } = markLook(mark.kind);
    ctx.strokeStyle = pen.color(color);
    ctx.setLineDash(dash.map((length) => length * scale));
    ctx.beginPath();
    ctx.moveTo(bbox.left + x, bbox.top - (mark.label === '' ? 0 : 4 * scale));
    ctx.lineTo(bbox.left + x, bbox.top + bbox.height);
    ctx.stroke();
    if (mark.label === '' || ctx.measureText(mark.label).width + LABEL_GAP_PX * 2 * scale > room) continue;
    ctx.fillStyle = pen.color(mark.kind === 'incident' ? '--bad' : '--ink-faint');
    ctx.fillText(mark.label, bbox.left + x + LABEL_GAP_PX * scale, bbox.top - 4 * scale);
  }
  ctx.restore();
}
