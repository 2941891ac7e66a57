// What the twin says to a "what if": the answer in a sentence, both plans, and what became of each index.
import type { TriedIndex, WhatIf } from '../../../client/index.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { byteWords } from '../advice/advice-words.ts';
import { Gaps } from '../more.tsx';
import { PlanComparison } from '../plan/plan-comparison.tsx';

export function WhatIfResult({ whatIf }: { readonly whatIf: WhatIf }) {
  const { engine, gaps, indexes, isGeneric, plan, planWith, sentence, takenAt } = whatIf;
  return (
    <div className="planner-page" aria-live="polite">
      <div>
        <p className="planner-lead">
          <Sentence text={sentence} />
        </p>
        <p className="soft">
          {isGeneric ? 'Planned without values: Postgres then goes by averages. ' : ''}Statistics of{' '}
          <Moment at={takenAt} isShort />, {engine}.
        </p>
      </div>
      {indexes.length > 0 && (
        <DataTable
          label="Indexes tried"
          columns={columns}
          rows={indexes}
          rowKey={({ name, sql }) => `${name} ${sql}`}
        />
      )}
      <section className="section">
        <h2>{planWith ? 'Plans' : 'Plan'}</h2>
        <PlanComparison
          before={{ title: 'Today', plan }}
          after={
            planWith ? { title: indexes.length === 1 ? 'With the index' : 'With the indexes', plan: planWith } : null
          }
        />
      </section>
      <Gaps gaps={gaps} />
    </div>
  );
}

const columns: readonly Column<TriedIndex>[] = [
  { key: 'index', header: 'Index', cell: ({ sql }) => <code>{sql}</code> },
  {
    key: 'used',
    header: 'In the plan',
    isTight: true,
    cell: ({ isUsed }) => <StatusWord tone={isUsed ? 'good' : 'plain'}>{isUsed ? 'Used' : 'Not used'}</StatusWord>,
  },
  {
    key: 'size',
    header: 'Size',
    isNumber: true,
    isTight: true,
    cell: ({ sizeBytes }) => byteWords(sizeBytes),
  },
];
