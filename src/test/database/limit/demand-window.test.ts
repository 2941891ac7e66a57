import { expect, test } from 'vitest';
import { DemandWindow } from '../../../main/database/limit/demand-window.ts';

test('what sufficed for all but a hundredth of the time is needed', () => {
  const window = new DemandWindow(60_000, 0);
  let now = 0;
  const use = (inUse: number, ms: number) => {
    window.changed(inUse, now);
    now += ms;
  };
  for (let n = 0; n < 100; n += 1) {
    use(2, 500);
    use(0, 495);
    use(9, 5);
  }
  use(0, 0);
  expect(window.needed(now)).toBe(2);
  for (let n = 0; n < 100; n += 1) {
    use(9, 50);
    use(0, 950);
  }
  use(0, 0);
  expect(window.needed(now)).toBe(9);
});

test('it fades: what nobody uses any more is not needed any more', () => {
  const window = new DemandWindow(60_000, 0);
  window.changed(5, 0);
  window.changed(0, 10_000);
  expect(window.needed(20_000)).toBe(5);
  let needed = 5;
  for (let now = 30_000; now <= 600_000; now += 30_000) needed = window.needed(now);
  expect(needed).toBe(0);
});

test('what is in use now is needed, and a clock that goes back counts for nothing', () => {
  const window = new DemandWindow(60_000, 100_000);
  window.changed(3, 100_000);
  expect(window.needed(50_000)).toBe(3);
  window.changed(0, 50_000);
  expect(window.needed(50_010)).toBeGreaterThanOrEqual(0);
});
