// Every statement with what is wrong with its plan, by concern: what a person looks through after an outage, and before the next.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReviewPage } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { SelectField } from '../../components/field.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { TableSkeleton } from '../../components/skeleton.tsx';
import { FirstRows } from '../first-rows.tsx';
import { NothingYet } from '../nothing-yet.tsx';
import { reviewQuery } from '../planner.ts';
import { RunLine, TakenAt } from '../run-line.tsx';
import { type RunOfPage, useRun } from '../use-run.ts';
import {
  arrangeReview,
  type ReviewOrder,
  type ReviewSearch,
  readReviewSearch,
  reviewOrders,
} from './arrange-review.ts';
import { ConcernFilter } from './concern-filter.tsx';
import { ReviewTable } from './review-table.tsx';
import { totalWords } from './review-words.ts';
import { Leftover } from './unplanned-list.tsx';
import '../planner.css';
import './review.css';

export function ReviewScreen() {
  const review = useQuery(reviewQuery());
  const run = useRun('review');
  const hasReport = review.data?.report != null;
  return (
    <>
      <PageHeader
        title="Review"
        actions={
          hasReport && (
            <Button isBusy={run.isAsking || run.current !== null} onClick={run.start}>
              Review again
            </Button>
          )
        }
      >
        Every statement as Postgres plans it, tried in the planner twin: nothing is run on the database.
        <TakenAt at={review.data?.report?.takenAt} />
      </PageHeader>
      <RunLine run={run} shown={review.data?.run} />
      <Loaded query={review} skeleton={<TableSkeleton columns={4} rows={10} />}>
        {(page: ReviewPage) => (page.report ? <Reviewed page={page} /> : <NoReview run={run} />)}
      </Loaded>
    </>
  );
}

const SHOWN_FIRST = 100;

function Reviewed({ page }: { readonly page: ReviewPage }) {
  const search = useSearch({ from: '/frame/planner/review' });
  const navigate = useNavigate();
  const change = (part: { readonly [Key in keyof ReviewSearch]?: ReviewSearch[Key] | undefined }) =>
    void navigate({ to: '/planner/review', search: readReviewSearch({ ...search, ...part }), replace: true });
  const shown = arrangeReview(page.statements, search);
  const more = page.total - page.statements.length;
  return (
    <div className="review">
      <p className="planner-lead">{totalWords(page)}</p>
      <ConcernFilter statements={page.statements} search={search} onChange={change} />
      <div className="toolbar">
        <SearchField
          label="Search by name or origin"
          value={search.search ?? ''}
          onSearch={(text) => change({ search: text })}
        />
        <SelectField
          label="Order"
          isLabelHidden
          options={reviewOrders}
          value={search.order ?? 'gravity'}
          onChange={(event) => change({ order: event.target.value as ReviewOrder })}
        />
      </div>
      {shown.length === 0 ? (
        <EmptyState
          icon="search"
          title="No statement matches"
          action={
            <Button onClick={() => change({ search: undefined, severity: undefined, concern: undefined })}>
              Show all statements
            </Button>
          }
        >
          The search looks at names and at where statements come from.
        </EmptyState>
      ) : (
        <FirstRows key={JSON.stringify(search)} rows={shown} count={SHOWN_FIRST}>
          {(statements) => <ReviewTable statements={statements} />}
        </FirstRows>
      )}
      {more > 0 && <p className="faint small">{more} cheaper ones without a finding are not listed.</p>}
      <Leftover report={page.report} />
    </div>
  );
}

function NoReview({ run }: { readonly run: RunOfPage }) {
  return (
    <NothingYet
      run={run}
      kind="review"
      icon="review"
      title="Nothing has been reviewed yet"
      verb="Review every statement"
    >
      Each statement is planned with values drawn from your statistics. What reads too much, spills, or hides its index
      is listed with its cure. It takes seconds, in a scratch Postgres of its own.
    </NothingYet>
  );
}
