import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TimerWheel } from '../../main/database/timer-wheel.ts';

/** A wheel whose clock is moved by hand; its own interval does not run. */
function createWheel() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let nowMs = 5_000;
  const wheel = new TimerWheel(() => nowMs);
  return {
    wheel,
    now: () => nowMs,
    goTo: (ms: number) => {
      nowMs = ms;
      wheel.advance();
    },
  };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('TimerWheel', () => {
  it('fires no timer early, each within a tick of the moment when it is due, and once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ inMs: fc.nat(20_000), stepMs: fc.nat(300), isRemoved: fc.boolean() }), { maxLength: 60 }),
        (timers) => {
          const { wheel, now, goTo } = createWheel();
          const fired = new Map<number, number>();
          const due: number[] = [];
          const removed = new Set<number>();
          timers.forEach(({ inMs, stepMs, isRemoved }, index) => {
            due[index] = now() + inMs;
            const timer = wheel.add(due[index], () => {
              expect(fired.has(index)).toBe(false);
              fired.set(index, now());
            });
            if (isRemoved) {
              wheel.remove(timer);
              removed.add(index);
            }
            goTo(now() + stepMs);
          });
          for (let ms = now(); ms < 80_000; ms += 10) goTo(ms);
          timers.forEach((_timer, index) => {
            expect(fired.has(index)).toBe(!removed.has(index));
            if (removed.has(index)) return;
            expect(fired.get(index)).toBeGreaterThanOrEqual(due[index] ?? 0);
          });
          expect(wheel.size).toBe(0);
          wheel.remove({ dueTick: 1, fire: () => undefined });
          expect(wheel.size).toBe(0);
        },
      ),
    );
  });

  it('fires on the tick after, not a turn of the wheel later', () => {
    const { wheel, goTo } = createWheel();
    const fired: number[] = [];
    for (const inMs of [0, 1, 10, 5_119, 5_120, 5_121, 12_345]) wheel.add(5_000 + inMs, () => fired.push(inMs));
    goTo(5_000);
    expect(fired).toEqual([]);
    goTo(5_010);
    expect(fired).toEqual([0, 1, 10]);
    goTo(10_120);
    expect(fired).toEqual([0, 1, 10, 5_119, 5_120]);
    goTo(17_340);
    expect(fired).not.toContain(12_345);
    goTo(17_350);
    expect(fired).toContain(12_345);
  });

  it('fires all that is due after a long pause, and not what is due later', () => {
    const { wheel, goTo } = createWheel();
    const fired: number[] = [];
    for (const inMs of [10, 100, 6_000, 30_000, 99_000, 200_000]) wheel.add(5_000 + inMs, () => fired.push(inMs));
    goTo(105_000);
    expect(fired.sort((a, b) => a - b)).toEqual([10, 100, 6_000, 30_000, 99_000]);
    expect(wheel.size).toBe(1);
  });

  it('can be added to and removed from by what it fires', () => {
    const { wheel, goTo } = createWheel();
    const fired: string[] = [];
    const victim = wheel.add(5_020, () => fired.push('victim'));
    wheel.add(5_010, () => {
      fired.push('first');
      wheel.remove(victim);
      wheel.add(5_010, () => fired.push('again'));
    });
    goTo(5_030);
    expect(fired).toEqual(['first']);
    goTo(5_050);
    expect(fired).toEqual(['first', 'again']);
    expect(wheel.size).toBe(0);
  });

  it('starts no timer of its own while it has nothing to do', async () => {
    const started = vi.spyOn(globalThis, 'setInterval');
    const stopped = vi.spyOn(globalThis, 'clearInterval');
    const turning = () => started.mock.calls.length - stopped.mock.calls.length;
    const wheel = new TimerWheel(() => performance.now());
    const timer = wheel.add(performance.now() + 10_000, () => undefined);
    expect(turning()).toBe(1);
    wheel.remove(timer);
    // Not at once, but with its next turn.
    await sleep(50);
    expect(turning()).toBe(0);
    const startedAtMs = performance.now();
    await new Promise<void>((resolve) => wheel.add(startedAtMs + 40, resolve));
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(40);
    await sleep(50);
    expect(turning()).toBe(0);
    vi.restoreAllMocks();
  });
});
