// One statement: what it costs and cost, when it changed, its plans, and who calls it.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { QueryDetail } from '../../../client/index.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { useIsWatch } from '../../shell/watching.ts';
import { useDeploys } from '../marks.ts';
import { queryQuery } from './queries.ts';
import { QueryCharts } from './query-charts.tsx';
import { QueryFacts } from './query-facts.tsx';
import { Callers, Plans, Regressions } from './query-parts.tsx';
import { readQueriesSearch } from './query-spans.ts';
import { changeWords } from './query-words.ts';
import { SpanChoice } from './span-choice.tsx';
import '../statement-list.css';
import './queries.css';

export function QueryScreen() {
  const { queryId } = useParams({ from: '/frame/queries/$queryId' });
  const search = useSearch({ from: '/frame/queries/$queryId' });
  const navigate = useNavigate();
  const deploys = useDeploys();
  const isWatch = useIsWatch();
  const query = useQuery({ ...queryQuery(queryId, search, deploys), placeholderData: keepPreviousData });
  const name = query.data?.query;
  const isNamed = name?.isOurs ?? false;

  return (
    <>
      <PageHeader
        title={isNamed && name ? name.statement : 'Statement'}
        parent={
          <Link to="/queries" search={search}>
            Queries
          </Link>
        }
        actions={
          <SpanChoice
            search={search}
            deploys={deploys}
            onChange={(part) =>
              void navigate({
                to: '/queries/$queryId',
                params: { queryId },
                search: readQueriesSearch({ ...search, ...part }),
                replace: true,
              })
            }
          />
        }
      >
        {name && (
          <>
            {whoseWords(name.isOurs, name.lane)}{' '}
            {!isWatch && (
              <Link to="/planner/review" search={{ search: name.statement }}>
                Review its plan
              </Link>
            )}
          </>
        )}
      </PageHeader>
      <Loaded query={query} skeleton={<LinesSkeleton lines={10} />}>
        {(detail: QueryDetail) => <Detail detail={detail} />}
      </Loaded>
    </>
  );
}

function whoseWords(isOurs: boolean, lane: string | null): string {
  const whose = isOurs ? 'Declared by this server' : 'As Postgres and the pool saw it, without its values';
  return lane ? `${whose}. Lane ${lane}.` : `${whose}.`;
}

function Detail({ detail }: { readonly detail: QueryDetail }) {
  const { query } = detail;
  const text = (query.text ?? query.statement).trim();
  const { change } = query;
  return (
    <div className="query-detail">
      {change && change.kind !== 'same' && change.kind !== 'new' && (
        <Notice tone={changeWords(change.kind).tone} title={changeWords(change.kind).title}>
          <Sentence text={change.sentence} />
        </Notice>
      )}
      <div className="statement-sql">
        <pre>{text}</pre>
        <CopyButton text={text} label="Copy the SQL" />
      </div>
      <QueryFacts query={query} />
      <QueryCharts detail={detail} />
      <Regressions regressions={detail.regressions} statement={query.statement} />
      <Plans plans={detail.plans} />
      <Callers callers={detail.callers} />
    </div>
  );
}
