/** Figures as they stand in a row, and back. */

import type { FigureColumns, SeriesRow, StepRow } from './figure-queries.ts';
import { decodeHistogram, encodeHistogram } from './histogram-bytes.ts';
import type { Series, SeriesStep } from './series.ts';

export function toSeries({ histogram, isServer, route, statementId, ...figures }: SeriesRow): Series {
  const { calls, errors, hitBlocks, maxMs, readBlocks, rows, totalMs } = figures;
  const totals = { calls, errors, rows, totalMs, maxMs, hitBlocks, readBlocks };
  return { statementId, route, isServer, totals: { ...totals, histogram: decodeHistogram(histogram) } };
}

export function toSeriesStep({ at, ...row }: StepRow): SeriesStep {
  return { ...toSeries(row), atMs: at.getTime() };
}

export function toColumns(step: SeriesStep & { number: number; writer: number }): FigureColumns {
  const { atMs, isServer, number, totals, writer } = step;
  const whole = (count: number) => Math.round(count);
  return {
    ...{ at: new Date(atMs).toISOString(), seriesId: number, writer, calls: whole(totals.calls) },
    ...{ errors: whole(totals.errors), rows: whole(totals.rows), totalMs: totals.totalMs, maxMs: totals.maxMs },
    hitBlocks: isServer ? whole(totals.hitBlocks) : null,
    readBlocks: isServer ? whole(totals.readBlocks) : null,
    histogram: isServer ? null : encodeHistogram(totals.histogram).toString('hex'),
  };
}
