// A statement's figures over the span, each with what it was in the other one.
import type { QueryFigures, QueryView } from '../../../client/index.ts';
import { countWords } from '../../components/number-words.ts';
import { blockWords, percentWords, timeWords } from './query-words.ts';

interface Fact {
  readonly title: string;
  readonly read: (figures: QueryFigures) => string;
}

const facts: readonly Fact[] = [
  { title: 'Share of time', read: ({ share }) => percentWords(share) },
  { title: 'Calls', read: ({ calls }) => countWords(calls) },
  { title: 'Mean, ms', read: ({ meanMs }) => timeWords(meanMs) },
  { title: 'Half within, ms', read: ({ p50Ms }) => timeWords(p50Ms) },
  { title: '99 of 100 within, ms', read: ({ p99Ms }) => timeWords(p99Ms) },
  { title: 'Slowest, ms', read: ({ maxMs }) => timeWords(maxMs) },
  { title: 'Rows', read: ({ rows }) => countWords(rows) },
  { title: 'Errors', read: ({ errors }) => countWords(errors) },
  { title: 'Blocks per call', read: ({ blocksPerCall }) => blockWords(blocksPerCall) },
  { title: 'Of them read', read: ({ readBlocksPerCall }) => blockWords(readBlocksPerCall) },
];

export function QueryFacts({ query }: { readonly query: QueryView }) {
  const { before, figures } = query;
  const shown = facts.filter(({ title }) => figures.blocksPerCall !== null || !/[Bb]lock|Of them/.test(title));
  return (
    <dl className="query-figures">
      {shown.map(({ read, title }) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>
            {read(figures)}
            {before && <span className="query-before">before {read(before)}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
