import { describe, expect, it } from 'vitest';
import { UsualTimes } from '../../../main/database/limit/usual-times.ts';

function known(ms: number, calls = 1_000): UsualTimes {
  const times = new UsualTimes();
  for (let n = 0; n < calls; n += 1) {
    times.note('s', ms);
    times.learn(0.01, 1);
  }
  return times;
}

describe('the usual time', () => {
  it('is not known before twenty calls, and then each is held against it', () => {
    const times = new UsualTimes();
    for (let n = 0; n < 20; n += 1) expect(times.note('s', 5)).toBeNaN();
    expect(times.of('s')).toBeCloseTo(5);
    expect(Math.exp(times.note('s', 15))).toBeCloseTo(3);
    expect(times.note('other', 15)).toBeNaN();
    expect(times.of('other')).toBeUndefined();
  });

  it('averages to one in calm, also where most calls are quick and a few are slow', () => {
    const times = new UsualTimes();
    let sum = 0;
    const calls = 20_000;
    for (let n = 0; n < calls; n += 1) {
      const off = times.note('s', n % 10 === 0 ? 20 : 1);
      if (n >= calls / 2) sum += off;
      if (n % 10 === 9) times.learn(0.004, 1);
    }
    const ratio = Math.exp(sum / (calls / 2));
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.08);
  });

  it('is moved by nothing to speak of when one call in a hundred is a thousand times slower', () => {
    const times = known(2);
    for (let n = 0; n < 1_000; n += 1) {
      times.note('s', n % 100 === 0 ? 2_000 : 2);
      times.learn(0.01, 1);
    }
    expect(times.of('s')).toBeLessThan(2.2);
  });

  it('does not learn what is slower while it is told not to, but always what is quicker', () => {
    const times = known(10);
    for (let n = 0; n < 500; n += 1) {
      times.note('s', 50);
      times.learn(0.01, 0);
    }
    expect(times.of('s')).toBeCloseTo(10, 5);
    for (let n = 0; n < 500; n += 1) {
      times.note('s', 5);
      times.learn(0.01, 0);
    }
    expect(times.of('s')).toBeLessThan(6);
  });

  it('costs less than a tenth of a microsecond or so for each call', () => {
    const times = new UsualTimes();
    const names = Array.from({ length: 50 }, (_none, n) => `statement.${n}`);
    const run = (calls: number) => {
      const startedAtMs = performance.now();
      for (let n = 0; n < calls; n += 1) times.note(names[n % 50] as string, 1 + (n % 7));
      return ((performance.now() - startedAtMs) * 1e6) / calls;
    };
    run(200_000);
    // A wide margin: the machine of a test is not a quiet one.
    expect(Math.min(run(200_000), run(200_000), run(200_000))).toBeLessThan(500);
  });
});
