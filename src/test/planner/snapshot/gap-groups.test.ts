import { expect, test } from 'vitest';
import { groupGaps } from '../../../main/planner/snapshot/gap-groups.ts';

const gap = (subject: string, rest: string) => ({ subject, sentence: `${subject} ${rest}` });
const RAW = 'was never analysed: its rows are guessed from its size.';

test('what holds of many tables is said once, with some of their names; the rest stays as it is', () => {
  const version = { subject: 'version', sentence: 'The twin is Postgres 18, and production is 15.' };
  const tables = ['public.a', 'public.b', 'public.c', 'public.d', 'public.e'].map((name) => gap(name, RAW));
  const functions = ['function public.f', 'function public.g', 'function public.h'].map((name) =>
    gap(name, 'is written in c.'),
  );
  const lone = gap('public.held', 'was held by another session.');
  const given = [tables[0], version, ...tables.slice(1), lone, ...functions].flatMap((one) => one ?? []);
  expect(groupGaps(given)).toEqual([
    { subject: '5 tables', sentence: `Of 5 tables (public.a, public.b, public.c and 2 more) each ${RAW}` },
    ...[version, lone],
    { subject: '3 functions', sentence: 'Of 3 functions (public.f, public.g, public.h) each is written in c.' },
  ]);
  expect(groupGaps(tables.slice(0, 2))).toEqual(tables.slice(0, 2));
});
