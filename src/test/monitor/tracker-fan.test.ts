import { expect, test } from 'vitest';
import { PoolTracker } from '../../main/database/index.ts';
import { TrackerFan } from '../../main/monitor/tracker-fan.ts';

const reports = Object.getOwnPropertyNames(PoolTracker.prototype).filter((name) => name !== 'constructor');
type Report = (...details: unknown[]) => void;

/** Notes every report by its name, with what came along. */
function createListener(heard: string[], name: string): PoolTracker {
  const listener = new PoolTracker() as unknown as Record<string, Report>;
  for (const report of reports) {
    listener[report] = (...details) => heard.push(`${name} ${report} ${details.join(' ')}`);
  }
  return listener as unknown as PoolTracker;
}

test.each(reports)('%s reaches every listener, with all that was said', (report) => {
  const heard: string[] = [];
  const fan = new TrackerFan(createListener(heard, 'first'));
  const leave = fan.add(createListener(heard, 'second'));
  const details = Array.from({ length: PoolTracker.prototype[report as keyof PoolTracker].length }, (_, at) => at);
  const say = () => (fan as unknown as Record<string, Report>)[report]?.call(fan, ...details);
  say();
  expect(heard).toEqual([`first ${report} ${details.join(' ')}`, `second ${report} ${details.join(' ')}`]);
  leave();
  say();
  expect(heard).toHaveLength(3);
});
