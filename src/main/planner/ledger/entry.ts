/** A row of the ledger as people read it: what was predicted beside what came true, and what to take back. */

import { unpack } from '../jobs/packed.ts';
import type { CreateAdvice, DropAdvice, LedgerEntry, LedgerTotals, LedgerVerdict } from '../schema.ts';
import type { AdviceRow, OutcomeRow } from './queries.ts';
import type { Realised } from './realised.ts';

const NOTHING_YET: Realised = {
  ...{ sizeBytes: null, scans: null, millisecondsPerDay: null, verdict: 'waiting', predictionError: null },
  ...{ sentence: 'The first figures are there an hour after it.', statements: [] },
};

export async function toEntry(row: AdviceRow): Promise<LedgerEntry> {
  const advice = await unpack<CreateAdvice | DropAdvice>(row.body);
  const realised = (row.realised as Realised | null) ?? NOTHING_YET;
  const { millisecondsPerDay, predictionError, scans, sentence, sizeBytes, statements, verdict } = realised;
  return {
    ...{ id: row.id, kind: row.kind, state: row.state, index: advice.index, ddl: advice.ddl, by: row.by },
    doneAt: (row.doneAt ?? row.changedAt).toISOString(),
    predicted: {
      sizeBytes: advice.index.sizeBytes,
      costPerDay: advice.kind === 'create' ? advice.benefit.costPerDay : advice.writes.costPerDay,
      millisecondsPerDay: advice.kind === 'create' ? advice.benefit.millisecondsPerDay : null,
    },
    realised: { sizeBytes, scans, millisecondsPerDay },
    ...{ stage: row.stage ?? 'waiting', verdict, predictionError, sentence, statements: [...statements] },
    suggestion: row.state === 'done' ? suggest(advice, realised) : null,
  };
}

function suggest({ index, kind, undoDdl, writes }: CreateAdvice | DropAdvice, { verdict }: Realised) {
  if (kind === 'create' && (verdict === 'did_not_help' || verdict === 'hurt')) {
    const sentence = `Drop ${index.name} again: it did not help, and every write pays for it. ${writes.sentence}`;
    return { sentence, sql: undoDdl };
  }
  if (kind === 'drop' && verdict === 'hurt') {
    return { sentence: `Create ${index.name} again: it is missed.`, sql: undoDdl };
  }
  return null;
}

export function totalsOf(outcomes: readonly OutcomeRow[]): LedgerTotals {
  const done = outcomes.filter(({ state }) => state === 'done');
  const count = (...verdicts: LedgerVerdict[]) =>
    done.filter(({ verdict }) => verdicts.includes(verdict ?? 'waiting')).length;
  const errors = outcomes.map(({ predictionError }) => predictionError).filter((error) => error !== null);
  return {
    done: done.length,
    helped: count('helped', 'helped_less'),
    didNotHelp: count('did_not_help', 'hurt'),
    waiting: count('waiting', 'unknown'),
    millisecondsPerDay: done.reduce((sum, { millisecondsPerDay }) => sum + (millisecondsPerDay ?? 0), 0),
    predictionError: errors.sort((a, b) => a - b)[Math.floor(errors.length / 2)] ?? null,
  };
}
