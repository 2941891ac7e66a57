import { expect, test } from 'vitest';
import type { Deploy } from '../../../../main/client/index.ts';
import { readQueriesSearch, spanOptions, spansOf } from '../../../../main/console/monitor/queries/query-spans.ts';

const NOW = Date.parse('2026-11-23T13:00:20.000Z');
const deploy = (id: string, at: string): Deploy => ({ id, at, version: `1.${id}`, about: '' });
const deploys = [deploy('9', '2026-11-23T11:31:40.000Z'), deploy('8', '2026-11-22T09:00:00.000Z')];

test('a span ends with the minute that runs and is compared with the time before it', () => {
  expect(spansOf({ span: 'hour', against: 'before' }, [], NOW)).toEqual({
    from: '2026-11-23T12:01:00.000Z',
    to: '2026-11-23T13:01:00.000Z',
    compareFrom: '2026-11-23T11:01:00.000Z',
    compareTo: '2026-11-23T12:01:00.000Z',
  });
});

test('against the day or the week before, the same hours are compared', () => {
  const day = spansOf({ span: '6h', against: 'day' }, [], NOW);
  expect([day.compareFrom, day.compareTo]).toEqual(['2026-11-22T07:01:00.000Z', '2026-11-22T13:01:00.000Z']);
  const week = spansOf({ span: 'hour', against: 'week' }, [], NOW);
  expect(week.compareTo).toBe('2026-11-16T13:01:00.000Z');
});

test('since a deploy means from its minute, against as long before it', () => {
  expect(spansOf({ span: 'deploy:9', against: 'before' }, deploys, NOW)).toEqual({
    from: '2026-11-23T11:31:00.000Z',
    to: '2026-11-23T13:01:00.000Z',
    compareFrom: '2026-11-23T10:01:00.000Z',
    compareTo: '2026-11-23T11:31:00.000Z',
  });
});

test('nothing to compare with asks for nothing, and an unknown span is the last hour', () => {
  const spans = spansOf({ span: 'deploy:gone', against: 'none' }, deploys, NOW);
  expect(spans.compareFrom).toBeUndefined();
  expect(spans.from).toBe('2026-11-23T12:01:00.000Z');
});

test('a deploy of this very minute still makes a span', () => {
  const { from, to } = spansOf({ span: 'deploy:1', against: 'none' }, [deploy('1', '2026-11-23T13:00:10.000Z')], NOW);
  expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBe(60_000);
});

test('the last deploys can be chosen beside the plain spans', () => {
  const options = spanOptions([...deploys, ...deploys], NOW);
  expect(options.filter(({ value }) => value.startsWith('deploy:')).length).toBe(3);
  expect(options[4]?.label).toMatch(/^Since deploy 1\.9, 23 Nov/);
});

test('an address keeps what differs from the usual, and drops what it does not know', () => {
  expect(readQueriesSearch({ span: 'hour', against: 'before', sort: 'totalMs', search: '', route: '' })).toEqual({});
  expect(readQueriesSearch({ span: 'day', against: 'never', sort: 'calls', search: 42, other: 'x' })).toEqual({
    ...{ span: 'day', sort: 'calls', search: '42' },
  });
});
