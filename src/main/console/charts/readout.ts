// What a chart says about the moment under the pointer: the time, each series' value, and the mark that stands there.
import { countWords } from '../components/number-words.ts';
import type { TimeChartProps } from './chart-props.ts';
import type { Mark } from './marks.ts';
import { momentWords } from './time-axis.ts';

type Read = Pick<TimeChartProps, 'times' | 'series' | 'limit' | 'spanSeconds' | 'format'>;

/** Empty where there is no figure. What is zero is left out as long as something is not. */
export function readoutWords(read: Read, index: number, mark: Mark | null): string {
  const at = read.times[index];
  if (at === undefined) return '';
  const format = read.format ?? plainWords;
  const values = [...read.series, ...(read.limit ? [read.limit] : [])].flatMap(({ label, values: all }) => {
    const value = all[index];
    return typeof value === 'number' ? [{ label, value }] : [];
  });
  const alive = values.filter(({ value }) => value !== 0);
  const shown = alive.length > 0 ? alive : values.slice(0, 1);
  const isAlone = read.series.length + (read.limit ? 1 : 0) === 1;
  const figures = shown.map(({ label, value }) => (isAlone ? format(value) : `${label} ${format(value)}`));
  const words = figures.length > 0 ? figures : ['nothing measured'];
  return [momentWords(at, read.spanSeconds), ...words, ...(mark ? [mark.label] : [])].join(' · ');
}

function plainWords(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return countWords(Math.round(value));
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
