import { expect, test } from 'vitest';
import { createLogger } from '../../../main/foundation/logger.ts';
import { type Reading, ReadingHub } from '../../../main/monitor/samples/reading-hub.ts';

const reading = (name: string, value: number, scope = ''): Reading => ({ name, scope, value });

test('what is published reaches everyone who listens, even behind one who fails', () => {
  const lines: string[] = [];
  const hub = new ReadingHub(createLogger({ level: 'error', destination: { write: (line) => void lines.push(line) } }));
  const heard: unknown[] = [];
  hub.onReadings(() => {
    throw new Error('I am broken');
  });
  const stop = hub.onReadings((atMs, readings) => heard.push([atMs, readings]));
  hub.publish(1_000, [reading('pool.open', 3)]);
  stop();
  hub.publish(2_000, [reading('pool.open', 4)]);
  expect(heard).toEqual([[1_000, [reading('pool.open', 3)]]]);
  expect(lines.join('')).toMatch(/I am broken/);
});

test('the latest of each name and scope is known', () => {
  const hub = new ReadingHub(createLogger({ level: 'silent' }));
  expect(hub.latest('pool.inUse', 'bulk')).toBeUndefined();
  hub.publish(1_000, [reading('pool.inUse', 3, 'bulk'), reading('pool.inUse', 1, 'control'), reading('pool.open', 9)]);
  hub.publish(2_000, [reading('pool.inUse', 4, 'bulk')]);
  expect(hub.latest('pool.inUse', 'bulk')).toBe(4);
  expect(hub.latest('pool.inUse', 'control')).toBe(1);
  expect(hub.latest('pool.open')).toBe(9);
});

test('of scopes that come and go the last two thousand of a name are known', () => {
  const hub = new ReadingHub(createLogger({ level: 'silent' }));
  for (let scope = 0; scope < 2_500; scope += 1) hub.publish(scope, [reading('statement.p99Ms', scope, `s${scope}`)]);
  expect(hub.latest('statement.p99Ms', 's499')).toBeUndefined();
  expect(hub.latest('statement.p99Ms', 's500')).toBe(500);
  expect(hub.latest('statement.p99Ms', 's2499')).toBe(2_499);
});
