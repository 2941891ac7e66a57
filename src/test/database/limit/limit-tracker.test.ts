import { expect, test } from 'vitest';
import { LimitTracker } from '../../../main/database/limit/limit-tracker.ts';
import { PoolTracker } from '../../../main/database/tracker.ts';

test('passes on everything that a pool reports, whatever is added to it', () => {
  const heard: [string, unknown[]][] = [];
  const methods = Object.getOwnPropertyNames(PoolTracker.prototype).filter((name) => name !== 'constructor');
  const next = new PoolTracker();
  for (const name of methods) Object.assign(next, { [name]: (...given: unknown[]) => heard.push([name, given]) });
  const tracker = new LimitTracker(next) as unknown as Record<string, (...given: unknown[]) => void>;
  for (const name of methods)
    tracker[name]?.(...['a', 'b', 'c'].slice(0, PoolTracker.prototype[name as 'refused'].length));
  expect(heard.map(([name]) => name)).toEqual(methods);
  for (const [name, given] of heard) {
    expect(given, name).toEqual(['a', 'b', 'c'].slice(0, PoolTracker.prototype[name as 'refused'].length));
  }
});
