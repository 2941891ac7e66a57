// Sizing advice in words: parts of the machine, how they stand, and amounts with their unit.
import type { SizingAdvice } from '../../../client/index.ts';
import { countWords } from '../../components/number-words.ts';
import { hitWords } from '../../monitor/tables/table-words.ts';
import { byteWords } from '../advice/advice-words.ts';

export type Tone = 'plain' | 'good' | 'warn' | 'bad';

const parts: Record<SizingAdvice['part'], string> = {
  memory: 'Memory',
  work_mem: 'Memory of a sort',
  cpu: 'Processors',
  disk: 'Disk',
  connections: 'Connections',
};

export function partWords(part: SizingAdvice['part']): string {
  return parts[part];
}

const states: Record<SizingAdvice['state'], { readonly title: string; readonly tone: Tone }> = {
  enough: { title: 'Enough', tone: 'good' },
  soon: { title: 'Too small soon', tone: 'warn' },
  now: { title: 'Too small', tone: 'bad' },
  unknown: { title: 'Not known', tone: 'plain' },
};

export function sizingState(state: SizingAdvice['state']): { readonly title: string; readonly tone: Tone } {
  return states[state];
}

/** "3.4 GB", "99.97 %", "12", "3.5 cores", "40 days": an amount as its unit asks. */
export function amountWords(value: number, unit: string): string {
  if (unit === 'bytes') return byteWords(value);
  if (unit === 'bytes/day') return `${byteWords(value)} a day`;
  if (unit === 'share') return hitWords(value);
  const number = Number.isInteger(value) || value >= 100 ? countWords(Math.round(value)) : value.toFixed(1);
  if (unit === 'count' || unit === '') return number;
  return `${number} ${unit}`;
}
