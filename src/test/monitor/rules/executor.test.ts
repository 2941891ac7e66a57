/** What happens on each sample: whom the rules hit, which one is ended, and when they stop. */

import { describe, expect, test } from 'vitest';
import { createLogger } from '../../../main/database/index.ts';
import type { How, Outcome, Target } from '../../../main/monitor/rules/end-session.ts';
import { RuleExecutor } from '../../../main/monitor/rules/executor.ts';
import type { RuleDefinition } from '../../../main/monitor/rules/rule.ts';
import type { SeenSession } from '../../../main/monitor/rules/seen-session.ts';
import { backendOf, ruleOf, sampleOf, seenOf } from '../../support/activity.ts';

interface Ended {
  pid: number;
  how: How;
  takesTurns: boolean;
}

class Trial {
  nowMs = 1_000_000;
  readonly ended: Ended[] = [];
  readonly notes: { kind: string; sentence: string }[] = [];
  looks = 0;
  outcome: Outcome | Error = 'ended';
  readonly executor: RuleExecutor;

  constructor(rules: readonly RuleDefinition[]) {
    const clock = { nowMs: () => this.nowMs, monotonicMs: () => this.nowMs };
    this.executor = new RuleExecutor({
      ...{ clock, rules: () => rules, logger: createLogger({ level: 'silent' }) },
      lookAgain: () => {
        this.looks += 1;
      },
      journal: { note: (kind, sentence) => void this.notes.push({ kind, sentence }) },
      end: async ({ pid }: Target, how) => {
        this.ended.push({ pid, ...how });
        if (this.outcome instanceof Error) throw this.outcome;
        return this.outcome;
      },
    });
  }

  /** One sample, `afterMs` later, and what follows from it. */
  async tick(seen: readonly SeenSession[], afterMs = 1_000): Promise<void> {
    this.nowMs += afterMs;
    this.executor.onSample(sampleOf([]), seen);
    await this.executor.settled();
  }

  get pids(): number[] {
    return this.ended.map(({ pid }) => pid);
  }

  notesOf(kind: string): string[] {
    return this.notes.filter((note) => note.kind === kind).map(({ sentence }) => sentence);
  }
}

const many = (count: number, from = 1) =>
  Array.from({ length: count }, (_none, index) =>
    seenOf({ pid: from + index, weight: 1_000 - index, ageMs: 2_000, queryStart: `${from + index}` }),
  );

describe('a mode', () => {
  test('off: nothing is looked at', async () => {
    const trial = new Trial([ruleOf({ mode: 'off' })]);
    await trial.tick(many(1));
    expect(trial.notes).toEqual([]);
    expect(trial.executor.hits.of('a-rule').hits24h).toBe(0);
  });

  test('warn: it is said, once, and nobody is ended', async () => {
    const trial = new Trial([ruleOf({ mode: 'warn' })]);
    for (let tick = 0; tick < 30; tick += 1) await trial.tick(many(2));
    expect(trial.ended).toEqual([]);
    expect(trial.notes).toHaveLength(2);
    expect(trial.notesOf('rule_warned')[0]).toBe('Pid 1 (psql, select ? for 2 s) would be ended by the rule: a rule.');
    expect(trial.executor.hits.of('a-rule')).toEqual({ hits24h: 2, lastHitAt: expect.any(String) });
  });

  test('enforce: one is ended, and it is said', async () => {
    const trial = new Trial([ruleOf()]);
    await trial.tick(many(1));
    expect(trial.ended).toEqual([{ pid: 1, how: 'ladder', takesTurns: true }]);
    expect(trial.notesOf('rule_acted')).toEqual(['Pid 1 (psql, select ? for 2 s) was ended. Rule: a rule.']);
    expect(trial.looks).toBe(1);
  });

  test('enforce, of a rule with a fault: nobody', async () => {
    const trial = new Trial([ruleOf({ fault: 'This build does not understand it.' })]);
    await trial.tick(many(1));
    expect(trial.ended).toEqual([]);
  });
});

test('a rule that cancels never ends a session, and our own need no turn', async () => {
  const trial = new Trial([ruleOf({ scope: 'own', action: 'cancel' })]);
  await trial.tick([seenOf({ scope: 'own' })]);
  expect(trial.ended).toEqual([{ pid: 812, how: 'cancel', takesTurns: false }]);
});

test('who is never touched is spared by an enforced rule; it is said once and does not count', async () => {
  const trial = new Trial([ruleOf()]);
  const seen = seenOf({ protection: 'It is a superuser’s session.', victims: 3 });
  await trial.tick([seen]);
  await trial.tick([seen]);
  expect(trial.ended).toEqual([]);
  expect(trial.notes.map(({ sentence }) => sentence)).toEqual([
    'Pid 812 (psql, select ? for 2 s) is spared. It is a superuser’s session. Rule: a rule. 3 sessions wait for it.',
  ]);
  expect(trial.executor.hits.of('a-rule').hits24h).toBe(0);
});

describe('one victim at a time', () => {
  test('the worst, and the next only on a sample taken after its end', async () => {
    const trial = new Trial([ruleOf()]);
    trial.nowMs += 5_000;
    trial.executor.onSample(sampleOf([]), many(3));
    // The end of the first takes its time.
    trial.nowMs += 5_000;
    trial.executor.onSample(sampleOf([]), many(3));
    await trial.executor.settled();
    expect(trial.pids).toEqual([1]);
    // Under way when the first was ended: the two others may have been freed by it.
    trial.nowMs += 2_000;
    trial.executor.onSample({ ...sampleOf([]), tookMs: 2_500 }, many(2, 2));
    await trial.executor.settled();
    expect(trial.pids).toEqual([1]);
    await trial.tick(many(2, 2));
    expect(trial.pids).toEqual([1, 2]);
  });

  test('one a second at the most', async () => {
    const trial = new Trial([ruleOf()]);
    await trial.tick(many(1, 1), 400);
    await trial.tick(many(1, 2), 400);
    await trial.tick(many(1, 3), 400);
    expect(trial.pids).toEqual([1]);
    await trial.tick(many(1, 4), 400);
    expect(trial.pids).toEqual([1, 4]);
  });

  test.each<Outcome>(['not_permitted', 'did_not_yield', 'protected'])(
    'one that is %s is not tried again',
    async (outcome) => {
      const trial = new Trial([ruleOf()]);
      trial.outcome = outcome;
      await trial.tick(many(2));
      trial.outcome = 'ended';
      await trial.tick(many(2));
      await trial.tick(many(1));
      expect(trial.pids).toEqual([1, 2]);
    },
  );

  test('while another process acts, this one waits for the next sample', async () => {
    const trial = new Trial([ruleOf()]);
    trial.outcome = 'busy';
    for (let tick = 0; tick < 20; tick += 1) await trial.tick(many(1));
    expect(trial.notesOf('rule_acted')).toEqual([]);
    expect(trial.executor.paused).toBeNull();
  });

  test('where the server does not answer, it is said, and the next sample decides anew', async () => {
    const trial = new Trial([ruleOf()]);
    trial.outcome = new Error('gone');
    await trial.tick(many(1));
    expect(trial.notesOf('rule_acted')[0]).toMatch(/could not be ended/);
    trial.outcome = 'ended';
    await trial.tick(many(1));
    expect(trial.pids).toEqual([1, 1]);
  });
});

describe('the limit', () => {
  test('after ten within a minute the rules stop, say so once, and go on hitting without acting', async () => {
    const trial = new Trial([ruleOf()]);
    for (let tick = 0; tick < 60; tick += 1) await trial.tick(many(1, 100 + tick));
    expect(trial.ended).toHaveLength(10);
    expect(trial.notesOf('rules_paused')).toHaveLength(1);
    expect(trial.executor.paused).toEqual({
      since: new Date(1_000_000 + 11_000).toISOString(),
      reason: expect.stringMatching(/10 times within a minute.*let them act again/),
    });
    // Time alone does not let them act again: a person does.
    await trial.tick(many(1, 900), 3_600_000);
    expect(trial.ended).toHaveLength(10);
    expect(trial.executor.hits.of('a-rule').hits24h).toBe(61);
    trial.executor.resume();
    expect(trial.executor.paused).toBeNull();
    await trial.tick(many(1, 901));
    expect(trial.pids.at(-1)).toBe(901);
    expect(trial.notesOf('rules_resumed')).toHaveLength(1);
  });

  test('ten in more than a minute are no reason to stop', async () => {
    const trial = new Trial([ruleOf()]);
    for (let tick = 0; tick < 30; tick += 1) await trial.tick(many(1, 100 + tick), 6_001);
    expect(trial.ended).toHaveLength(30);
    expect(trial.executor.paused).toBeNull();
  });
});

test('a prepared transaction that stands in the way is told of once, and again when it comes back', async () => {
  const trial = new Trial([]);
  const blocked = sampleOf([backendOf({ blockedBy: [0] }), backendOf({ pid: 813, blockedBy: [0] })]);
  for (const sample of [blocked, blocked, sampleOf([]), blocked]) trial.executor.onSample(sample, []);
  expect(trial.notesOf('prepared_transaction_blocks')).toHaveLength(2);
  expect(trial.notes[0]?.sentence).toMatch(/^2 sessions wait for a prepared transaction.*pg_prepared_xacts/);
});
