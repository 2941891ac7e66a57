import { expect, test } from 'vitest';
import { readoutWords } from '../../../main/console/charts/readout.ts';

const AT = Date.UTC(2026, 10, 23, 13, 5, 7) / 1000;
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const clock = time.format(new Date(AT * 1000));

const series = (label: string, value: number | null) => ({ label, color: '--ink', values: [value] });
const read = (all: ReturnType<typeof series>[]) => ({ times: [AT], series: all, spanSeconds: 600 });

test('the moment is said with the series that are not zero', () => {
  const words = readoutWords(read([series('critical', 3), series('bulk', 0), series('control', null)]), 0, null);
  expect(words).toBe(`${clock} · critical 3`);
});

test('where all are zero, one of them says so', () => {
  expect(readoutWords(read([series('critical', 0), series('bulk', 0)]), 0, null)).toBe(`${clock} · critical 0`);
});

test('a gap is said as such, and a mark that stands there is named', () => {
  const words = readoutWords(read([series('critical', null)]), 0, { at: AT, label: 'deploy 1.4.2' });
  expect(words).toBe(`${clock} · nothing measured · deploy 1.4.2`);
});

test('a series that is alone needs no name', () => {
  expect(readoutWords(read([series('calls', 1234.5)]), 0, null)).toBe(`${clock} · 1,235`);
  expect(readoutWords({ ...read([series('calls', 0.5)]), format: (value) => `${value} s` }, 0, null)).toBe(
    `${clock} · 0.5 s`,
  );
});

test('beyond the last figure nothing is said', () => {
  expect(readoutWords(read([series('calls', 1)]), 4, null)).toBe('');
});
