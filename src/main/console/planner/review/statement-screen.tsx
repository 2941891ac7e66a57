// One statement of a review: what is wrong with it and what cures it, and its plans, today and with the cure.
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReviewedStatement } from '../../../client/index.ts';
import { CodeBlock } from '../../components/code-block.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Notice } from '../../components/notice.tsx';
import { countWords, millisecondsWords } from '../../components/number-words.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { figureWords, percentWords } from '../plan/plan-words.ts';
import { reviewStatementQuery } from '../planner.ts';
import { FindingView } from './finding-view.tsx';
import { gravityWords, sourceWords } from './review-words.ts';
import { StatementPlans } from './statement-plans.tsx';
import '../planner.css';
import './review.css';

export function ReviewedStatementScreen() {
  const { statementId } = useParams({ from: '/frame/planner/review/$statementId' });
  const reviewed = useQuery(reviewStatementQuery(statementId));
  const statement = reviewed.data?.statement;
  return (
    <>
      <PageHeader
        title={statement ? titleOf(statement) : 'Statement'}
        isLong
        parent={<Link to="/planner/review">Review</Link>}
      >
        {statement && <About statement={statement} />}
      </PageHeader>
      <Loaded query={reviewed} skeleton={<LinesSkeleton lines={10} />}>
        {({ statement: found }) => <Reviewed statement={found} />}
      </Loaded>
    </>
  );
}

/** A fingerprint is its text, which stands below. */
function titleOf({ name }: ReviewedStatement): string {
  return /\s/.test(name) ? 'Statement' : name;
}

function About({ statement: { origin, severity, source } }: { readonly statement: ReviewedStatement }) {
  const words = sourceWords(source);
  return (
    <p className="review-about">
      {severity ? (
        <StatusWord tone={gravityWords(severity).tone}>{gravityWords(severity).title}</StatusWord>
      ) : (
        <StatusWord tone="good">Nothing is wrong with it</StatusWord>
      )}
      <span>
        {words.charAt(0).toUpperCase() + words.slice(1)}
        {origin && `, ${origin}`}
      </span>
    </p>
  );
}

function Reviewed({ statement }: { readonly statement: ReviewedStatement }) {
  const { findings, text, unindexedBecause } = statement;
  return (
    <div className="planner-page">
      <Figures statement={statement} />
      <CodeBlock text={text.trim()} label="Copy the SQL" />
      {findings.length > 0 && (
        <section className="section">
          <h2>What is wrong with it</h2>
          <ol className="findings">
            {findings.map((finding) => (
              <li key={`${finding.kind} ${finding.sentence}`} className="finding">
                <FindingView finding={finding} statement={statement} />
              </li>
            ))}
          </ol>
        </section>
      )}
      {unindexedBecause && (
        <Notice title="It declares that it needs no index">
          <q>{unindexedBecause}</q>
        </Notice>
      )}
      <StatementPlans statement={statement} />
    </div>
  );
}

function Figures({
  statement: { callsPerDay, cost, meanMs, share, worstCost },
}: {
  readonly statement: ReviewedStatement;
}) {
  return (
    <dl className="planner-figures">
      <div>
        <dt>Cost of a call</dt>
        <dd>{figureWords(cost)}</dd>
      </div>
      <div>
        <dt>At worst</dt>
        <dd>{figureWords(worstCost)}</dd>
      </div>
      <div>
        <dt>Calls a day</dt>
        <dd>{callsPerDay === null ? 'not counted' : countWords(Math.round(callsPerDay))}</dd>
      </div>
      <div>
        <dt>Mean time</dt>
        <dd>{meanMs === null ? 'not measured' : `${millisecondsWords(meanMs)} ms`}</dd>
      </div>
      <div>
        <dt>Part of a day’s cost</dt>
        <dd>{share === null ? 'not known' : percentWords(share)}</dd>
      </div>
    </dl>
  );
}
