// The statements of a span, each with what it cost then and how that stands to the other span.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { QueryList, QueryView } from '../../../client/index.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { countWords } from '../../components/number-words.ts';
import { Sentence } from '../../components/sentence.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import type { QueriesSearch } from './query-spans.ts';
import { blockWords, callsRatio, changeWords, hasChanged, percentWords, ratioWords, timeWords } from './query-words.ts';

interface QueryTableProps {
  readonly list: QueryList;
  readonly search: QueriesSearch;
}

export function QueryTable({ list, search }: QueryTableProps) {
  return (
    <DataTable label="Statements" columns={columnsOf(list, search)} rows={list.queries} rowKey={(query) => query.id} />
  );
}

function columnsOf({ blocks, spans, totals }: QueryList, search: QueriesSearch): readonly Column<QueryView>[] {
  const columns: Column<QueryView>[] = [
    { key: 'statement', header: 'Statement', cell: (query) => <Name query={query} search={search} totals={totals} /> },
    {
      key: 'share',
      header: 'Share of time',
      isTight: true,
      isExtra: true,
      cell: ({ figures }) => <Share share={figures.share} />,
    },
    number('calls', 'Calls', ({ before, figures }) => (
      <Figure words={countWords(figures.calls)} ratio={callsRatio(figures.calls, before, spans)} />
    )),
    number('mean', 'Mean, ms', ({ before, figures }) => (
      <Figure words={timeWords(figures.meanMs)} ratio={ratioWords(figures.meanMs, before?.meanMs)} />
    )),
    {
      ...number('p99', '99 of 100, ms', ({ before, figures }) => (
        <Figure words={timeWords(figures.p99Ms)} ratio={ratioWords(figures.p99Ms, before?.p99Ms)} />
      )),
      isExtra: true,
    },
    {
      ...number('blocks', 'Blocks per call', ({ before, figures }) => (
        <Figure
          words={blockWords(figures.blocksPerCall)}
          ratio={ratioWords(figures.blocksPerCall, before?.blocksPerCall)}
        />
      )),
      isExtra: true,
    },
  ];
  return columns.filter(({ key }) => key !== 'blocks' || blocks.areKnown);
}

function number(key: string, header: string, cell: (query: QueryView) => ReactNode): Column<QueryView> {
  return { key, header, cell, isNumber: true, isTight: true };
}

interface NameProps {
  readonly query: QueryView;
  readonly search: QueriesSearch;
  readonly totals: QueryList['totals'];
}

/** What became of it stands under its name only where something did. */
function Name({ query, search, totals }: NameProps) {
  const { change, figures, id, statement } = query;
  const { against, span } = search;
  return (
    <div className="query-name">
      <Link
        to="/queries/$queryId"
        params={{ queryId: id }}
        search={{ ...(span && { span }), ...(against && { against }) }}
      >
        <code title={statement}>{statement}</code>
      </Link>
      {hasChanged(change, totals) && (
        <span className="query-change">
          <StatusWord tone={changeWords(change.kind).tone}>{changeWords(change.kind).title}</StatusWord>{' '}
          <span className="faint">
            <Sentence text={change.sentence} />
          </span>
        </span>
      )}
      {figures.errors > 0 && <span className="query-errors">{countWords(figures.errors)} failed</span>}
    </div>
  );
}

export function Share({ share }: { readonly share: number }) {
  return (
    <span className="query-share">
      <span className="query-share-bar" style={{ '--share': share } as React.CSSProperties} />
      {percentWords(share)}
    </span>
  );
}

export function Figure({ ratio, words }: { readonly words: string; readonly ratio: string }) {
  return (
    <span className="query-figure">
      {words}
      <span className="query-ratio">{ratio}</span>
    </span>
  );
}
