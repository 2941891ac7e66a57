import { expect, test } from 'vitest';
import { HolderNames, UNNAMED } from '../../../main/monitor/history/holder-names.ts';

const named = (statement: string, route: string | null = null) => ({ statement, route, lane: 'bulk' });

test('the same holder has one number, another route another', () => {
  const names = new HolderNames(10);
  const none = () => new Set<number>();
  const number = names.numberOf(named('reports.month', 'GET /reports'), none);
  expect(names.numberOf(named('reports.month', 'GET /reports'), none)).toBe(number);
  expect(names.numberOf(named('reports.month'), none)).not.toBe(number);
  expect(names.nameOf(number)).toEqual(named('reports.month', 'GET /reports'));
});

test('when it is full, what nobody mentions is forgotten, and where all are mentioned a newcomer is one of the others', () => {
  const names = new HolderNames(3);
  const numbers = ['a', 'b', 'c'].map((statement) => names.numberOf(named(statement), () => new Set()));
  const inUse = new Set(numbers);
  expect(names.numberOf(named('d'), () => inUse)).toBe(UNNAMED);
  expect(names.nameOf(UNNAMED).statement).toBe('others');
  inUse.delete(numbers[1] as number);
  const late = names.numberOf(named('d'), () => inUse);
  expect(names.nameOf(late)).toEqual(named('d'));
  expect(names.size).toBe(3);
  expect(names.nameOf(numbers[0] as number)).toEqual(named('a'));
});

test('a long text is cut', () => {
  const names = new HolderNames(3);
  const number = names.numberOf(named('x'.repeat(5_000)), () => new Set());
  expect(names.nameOf(number).statement).toHaveLength(200);
});
