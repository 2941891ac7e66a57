/** The engine: figures in, alerts out, and what runs looked at in between. */

import { expect, test, vi } from 'vitest';
import type { Lease } from '../../../main/database/index.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { AlertEngine, type AlertEngineOptions, lastedSentence } from '../../../main/monitor/alerts/engine.ts';
import { leaseOf } from '../../support/activity.ts';
import { createAlert, resolve } from '../../support/alerts.ts';

function createEngine(some: Partial<AlertEngineOptions> = {}) {
  const time = { nowMs: Date.UTC(2026, 0, 5) };
  const clock = { nowMs: () => time.nowMs, monotonicMs: () => time.nowMs };
  const engine = new AlertEngine({ clock, logger: createLogger({ level: 'silent' }), settleMs: 5_000, ...some });
  const told: string[] = [];
  engine.onAlert(({ ruleId }, change) => told.push(`${ruleId} ${change}`));
  return { engine, told, time };
}

test('an overstaying statement is told at the next look, and is over when it has ended', () => {
  const leases: Lease[] = [];
  const { engine, time, told } = createEngine({ listLeases: () => leases, poolLimit: () => 10 });
  leases.push(leaseOf({ lane: 'interactive', statement: 'orders.list', statementAtMs: time.nowMs }));
  engine.look();
  expect(told).toEqual([]);
  time.nowMs += 2_500;
  engine.look();
  expect(told).toEqual(['query-overstays fired']);
  expect(engine.firing()).toMatchObject([{ scope: 'orders.list', severity: 'ticket' }]);
  leases.pop();
  engine.look();
  time.nowMs += 5_000;
  engine.look();
  expect(told).toEqual(['query-overstays fired', 'query-overstays resolved']);
});

test('a database that is away is told from what the pool reports', () => {
  const { engine, time, told } = createEngine();
  engine.tracker.connectionFailed(new Error('refused'));
  engine.tracker.connectionFailed(new Error('refused'));
  time.nowMs += 3_500;
  engine.look();
  expect(told).toEqual(['database-away fired']);
  expect(engine.firing()).toMatchObject([{ severity: 'page', sentence: expect.stringMatching(/does not answer/) }]);
});

test('what was seen once is told for a while', () => {
  const { engine, time, told } = createEngine();
  const about = { scope: 'orders.list', group: 'orders.list', value: null, threshold: null };
  engine.note({ ruleId: 'plan-regressed', ...about, sentence: 'It reads ten times as much.', forMs: 60_000 });
  time.nowMs += 59_000;
  engine.look();
  expect(told).toEqual(['plan-regressed fired']);
  time.nowMs += 2_000;
  engine.look();
  time.nowMs += 6_000;
  engine.look();
  expect(told).toEqual(['plan-regressed fired', 'plan-regressed resolved']);
});

test('feedback moves the threshold of what is published from then on', () => {
  const { engine, time, told } = createEngine();
  const rule = engine.ruleOf('event-loop-stalls');
  if (!rule) throw new Error('there is such a rule');
  for (let word = 0; word < 4; word += 1) engine.learner.learn(rule, '', 'noise', time.nowMs);
  const publish = (value: number) => {
    for (let second = 0; second < 60; second += 1) {
      time.nowMs += 1_000;
      engine.observe(time.nowMs, [{ name: 'process.loopDelayP99Ms', scope: '', value }]);
    }
  };
  publish(1_200);
  expect(told).toEqual([]);
  publish(1_500);
  expect(told).toEqual(['event-loop-stalls fired']);
});

test('a rule that is switched off ends at once and says nothing more', () => {
  const { engine, time, told } = createEngine();
  const publish = () => {
    for (let second = 0; second < 60; second += 1) {
      time.nowMs += 1_000;
      engine.observe(time.nowMs, [{ name: 'locks.waiting', scope: '', value: 9 }]);
    }
  };
  publish();
  engine.setRules(engine.rules.map((rule) => (rule.id === 'locks-pile-up' ? { ...rule, isEnabled: false } : rule)));
  expect(told).toEqual(['locks-pile-up fired', 'locks-pile-up resolved']);
  publish();
  expect(told).toHaveLength(2);
});

test('a listener that fails does not keep the others from hearing', () => {
  const { engine } = createEngine();
  const heard = vi.fn();
  const stop = engine.onAlert(() => {
    throw new Error('a fault');
  });
  engine.onAlert(heard);
  const about = { scope: 'a', group: 'a', sentence: 'So it is.', value: null, threshold: null };
  engine.note({ ruleId: 'plan-regressed', ...about, forMs: 1_000 });
  stop();
  expect(heard).toHaveBeenCalledOnce();
});

test('how long it lasted is said in words', () => {
  expect(lastedSentence(resolve(createAlert()))).toBe('It lasted 4.2 min.');
});
