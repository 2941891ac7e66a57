import { expect, test, vi } from 'vitest';
import { createLogger } from '../../../main/foundation/logger.ts';
import { FlipInquiry } from '../../../main/monitor/cause/flip-inquiry.ts';
import type { Verdict } from '../../../main/monitor/cause/schema.ts';

const logger = createLogger({ level: 'silent' });
const verdict = (changes: Partial<Verdict> = {}) =>
  ({
    ...{ id: 'v1', kind: 'plan_changed', detectedAt: '2026-11-23T14:05:00.000Z' },
    ...{ statement: { name: 'orders.list', text: null } },
    ...changes,
  }) as Verdict;

test('asks once for each verdict that a plan has changed, with when the trouble began', async () => {
  const explain = vi.fn(async () => ({ sentence: 'It was n_distinct of orders.status.' }));
  const onExplained = vi.fn();
  const flips = new FlipInquiry({ explain, onExplained, logger });
  await flips.ask(verdict());
  await flips.ask(verdict());
  await flips.ask(verdict({ id: 'v2', kind: 'missing_index' }));
  expect(explain.mock.calls).toEqual([['orders.list', Date.parse('2026-11-23T14:05:00.000Z')]]);
  expect(onExplained.mock.calls).toEqual([[verdict(), 'It was n_distinct of orders.status.']]);
});

test('says nothing where nothing is known, or the answer could not be had', async () => {
  const onExplained = vi.fn();
  await new FlipInquiry({ explain: undefined, onExplained, logger }).ask(verdict());
  await new FlipInquiry({ explain: async () => null, onExplained, logger }).ask(verdict());
  const explain = async () => {
    throw new Error('no snapshot');
  };
  await new FlipInquiry({ explain, onExplained, logger }).ask(verdict());
  expect(onExplained).not.toHaveBeenCalled();
});
