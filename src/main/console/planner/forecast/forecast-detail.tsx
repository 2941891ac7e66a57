// The chosen statement of a forecast: what happens to it, where its plan flips, and its plan today and then.
import type { ForecastStatement, PlanFlip } from '../../../client/index.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { PlanComparison } from '../plan/plan-comparison.tsx';
import { aroundWords, factorWords } from './forecast-words.ts';

export function ForecastDetail({ statement }: { readonly statement: ForecastStatement }) {
  const { cliff, flips, planThen, planToday, sentence } = statement;
  return (
    <section className="section">
      <h2 className="forecast-title">
        <code>{statement.name}</code>
      </h2>
      <p className="forecast-sentence">
        <Sentence text={cliff?.sentence ?? sentence} />
      </p>
      {flips.length > 0 && (
        <DataTable
          label="Where its plan flips"
          columns={columns}
          rows={flips}
          rowKey={({ binding, factor }) => `${factor} ${binding}`}
        />
      )}
      <PlanComparison
        before={{ title: 'Today', plan: planToday }}
        after={planThen ? { title: cliff ? 'After the cliff' : 'At the largest size', plan: planThen } : null}
      />
    </section>
  );
}

const columns: readonly Column<PlanFlip>[] = [
  { key: 'size', header: 'At', isTight: true, cell: ({ factor }) => factorWords(factor) },
  {
    key: 'when',
    header: 'About when',
    isTight: true,
    isExtra: true,
    cell: ({ at }) => aroundWords(at, Date.now()) || <span className="faint">not known</span>,
  },
  {
    key: 'plan',
    header: 'The plan becomes',
    cell: ({ from, to }) => (
      <span className="flip-plans">
        <span className="faint">{from}</span>
        <span>{to ?? 'another at each size'}</span>
      </span>
    ),
  },
  {
    key: 'worse',
    header: <span className="only-for-screen-readers">Whether it is worse</span>,
    isTight: true,
    cell: ({ isWorse }) => (
      <StatusWord tone={isWorse ? 'warn' : 'good'}>{isWorse ? 'Worse' : 'Right for it'}</StatusWord>
    ),
  },
];
