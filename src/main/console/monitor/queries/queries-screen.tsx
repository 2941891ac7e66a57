// What statements cost over a span, against another: since a deploy, since yesterday, or just now.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { QueryList } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { CurlLine } from '../../components/curl-line.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { SelectField } from '../../components/field.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { TableSkeleton } from '../../components/skeleton.tsx';
import { useDeploys } from '../marks.ts';
import { queriesQuery, sortOptions } from './queries.ts';
import { type QueriesSearch, readQueriesSearch } from './query-spans.ts';
import { QueryTable } from './query-table.tsx';
import { totalWords } from './query-words.ts';
import { SpanChoice } from './span-choice.tsx';
import './queries.css';

export function QueriesScreen() {
  const search = useSearch({ from: '/frame/queries' });
  const navigate = useNavigate();
  const deploys = useDeploys();
  const queries = useQuery({ ...queriesQuery(search, deploys), placeholderData: keepPreviousData });
  const change = (part: QueriesSearch) =>
    void navigate({ to: '/queries', search: readQueriesSearch({ ...search, ...part }), replace: true });

  return (
    <>
      <PageHeader title="Queries" actions={<SpanChoice search={search} deploys={deploys} onChange={change} />}>
        What statements cost, and what became of it.
      </PageHeader>
      <div className="toolbar">
        <SearchField
          label="Search by name or SQL"
          value={search.search ?? ''}
          onSearch={(text) => change({ search: text })}
        />
        <SelectField
          label="Order"
          isLabelHidden
          options={sortOptions}
          value={search.sort ?? 'totalMs'}
          onChange={(event) => change({ sort: event.target.value })}
        />
      </div>
      {search.route && (
        <p className="query-route">
          Only what <code>{search.route}</code> called.
          <Button weight="quiet" icon="close" onClick={() => change({ route: '' })}>
            All routes
          </Button>
        </p>
      )}
      <Loaded query={queries} skeleton={<TableSkeleton columns={5} rows={10} />}>
        {(list: QueryList) => <Result list={list} search={search} />}
      </Loaded>
    </>
  );
}

function Result({ list, search }: { readonly list: QueryList; readonly search: QueriesSearch }) {
  if (list.queries.length === 0) return <Nothing search={search} />;
  const more = list.total - list.queries.length;
  return (
    <>
      <p className="soft">{totalWords(list)}</p>
      <QueryTable list={list} search={search} />
      {more > 0 && <p className="faint small">{more} more follow; the search and the order bring them up.</p>}
      {!list.blocks.areKnown && list.blocks.reason && (
        <p className="faint small">Blocks per call are not known: {list.blocks.reason}</p>
      )}
    </>
  );
}

function Nothing({ search }: { readonly search: QueriesSearch }) {
  if (search.search || search.route) {
    return (
      <EmptyState icon="search" title="No statement matches">
        The search looks at names and at the SQL itself, in the span that is chosen.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="gauge" title="Nothing ran in this span" command={<CurlLine path="/v1/monitor/queries" />}>
      Figures are written each minute. Choose a longer span, or wait for the first minute.
    </EmptyState>
  );
}
