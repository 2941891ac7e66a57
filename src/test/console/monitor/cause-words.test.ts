import { expect, test } from 'vitest';
import { kindWords, termViews } from '../../../main/console/monitor/cause-words.ts';

const none = {
  moreCalls: 0,
  longerExecution: 0,
  idleInTransaction: 0,
  lockWait: 0,
  serverSlow: 0,
  leak: 0,
  connectStorm: 0,
};

test('the dominant term stands first, and what explains nothing is left out', () => {
  const views = termViews({ ...none, moreCalls: 0.4, lockWait: 3.2, leak: 0.01 });
  expect(views.map(({ key }) => key)).toEqual(['lockWait', 'moreCalls']);
});

test('a fall is no cause', () => {
  expect(termViews({ ...none, moreCalls: -2 })).toEqual([]);
});

test('a kind of a newer server keeps its own name', () => {
  expect(kindWords('missing_index').title).toBe('No index');
  expect(kindWords('something_new' as never).title).toBe('something_new');
});
