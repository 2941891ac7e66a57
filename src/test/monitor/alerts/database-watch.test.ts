/** Whether Postgres answers, as the pool sees it. */

import { describe, expect, test } from 'vitest';
import type { StatementOutcome } from '../../../main/database/index.ts';
import { DatabaseWatch } from '../../../main/monitor/alerts/database-watch.ts';

function createWatch() {
  let nowMs = 0;
  const watch = new DatabaseWatch(() => nowMs);
  const wait = (ms: number) => {
    nowMs += ms;
  };
  const ended = (errorCode?: string) =>
    watch.statementEnded({
      statement: 'a',
      lane: 'critical',
      durationMs: 1,
      rows: 0,
      errorCode,
      origin: undefined,
    } as StatementOutcome);
  return { watch, wait, ended };
}

describe('the database is away', () => {
  test('when connections fail for three seconds and nothing is answered', () => {
    const { wait, watch } = createWatch();
    watch.connectionFailed();
    wait(10_000);
    expect(watch.awayMs()).toBe(0);
    watch.connectionFailed();
    expect(watch.awayMs()).toBe(10_000);
    watch.connectionOpened();
    expect(watch.awayMs()).toBe(0);
  });

  test('and not while statements are answered, if only by an error of Postgres’ own', () => {
    const { ended, wait, watch } = createWatch();
    for (const code of [undefined, '23505']) {
      watch.connectionFailed();
      watch.connectionFailed();
      wait(5_000);
      ended('ECONNRESET');
      ended('57P01');
      expect(watch.awayMs()).toBe(5_000);
      ended(code);
      expect(watch.awayMs()).toBe(0);
    }
  });
});
