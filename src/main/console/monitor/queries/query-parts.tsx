// The parts of one statement's page: when it got worse and what came before, its plans, and its callers.
import { Link } from '@tanstack/react-router';
import type { QueryCaller, QueryPlan, QueryRegression } from '../../../client/index.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { countWords } from '../../components/number-words.ts';
import { Sentence } from '../../components/sentence.tsx';
import { absoluteTime } from '../../components/time-words.ts';
import { useIsWatch } from '../../shell/watching.ts';
import { Share } from './query-table.tsx';
import { timeWords } from './query-words.ts';

interface RegressionsProps {
  readonly regressions: readonly QueryRegression[];
  readonly statement: string;
}

export function Regressions({ regressions, statement }: RegressionsProps) {
  const isWatch = useIsWatch();
  if (regressions.length === 0) return null;
  return (
    <section className="section">
      <h2>When it got worse</h2>
      <ol className="regressions">
        {regressions.map((regression) => (
          <li key={regression.at} className="regression">
            <p>
              <Sentence text={regression.sentence} />
            </p>
            <p className="faint small">
              <Moment at={regression.at} />
              {regression.planBefore && regression.planAfter && (
                <>
                  , plan <code>{regression.planBefore}</code> became <code>{regression.planAfter}</code>
                </>
              )}
            </p>
            <PrecededBy regression={regression} />
            {!isWatch && (
              <p className="small">
                <Link to="/planner/snapshots" search={{ statement, at: regression.at }}>
                  Find the change that flipped it
                </Link>
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function PrecededBy({ regression }: { readonly regression: QueryRegression }) {
  if (regression.precededBy.length === 0) {
    return (
      <p className="soft small">Nothing that is known happened shortly before: no deploy, migration, DDL or ANALYZE.</p>
    );
  }
  return (
    <dl className="regression-before small">
      {regression.precededBy.map(({ at, sentence }) => (
        <div key={`${at} ${sentence}`} style={{ display: 'contents' }}>
          <dt>{beforeWords(at, regression.at)}</dt>
          <dd>
            <Sentence text={sentence} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function beforeWords(at: string, than: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(than) - Date.parse(at)) / 1000));
  if (seconds < 120) return `${seconds} s before`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min before` : absoluteTime(at, Date.parse(than));
}

export function Plans({ plans }: { readonly plans: readonly QueryPlan[] }) {
  return (
    <section className="section">
      <h2>Plans</h2>
      {plans.length === 0 ? (
        <p className="soft">None is known yet. A plan is read when a statement takes long enough to be worth it.</p>
      ) : (
        <DataTable label="Plans" columns={planColumns} rows={plans} rowKey={({ planId }) => planId} />
      )}
    </section>
  );
}

const planColumns: readonly Column<QueryPlan>[] = [
  {
    key: 'plan',
    header: 'Plan',
    isTight: true,
    isExtra: true,
    cell: ({ planId }) => <code>{planId.slice(0, 8)}</code>,
  },
  { key: 'summary', header: 'What it does', cell: ({ summary }) => <Sentence text={summary} /> },
  {
    key: 'cost',
    header: 'Cost',
    isNumber: true,
    isTight: true,
    isExtra: true,
    cell: ({ cost }) => (cost === null ? '–' : countWords(Math.round(cost))),
  },
  {
    key: 'first',
    header: 'First seen',
    isTight: true,
    isExtra: true,
    cell: ({ firstSeenAt }) => <Moment at={firstSeenAt} />,
  },
  { key: 'last', header: 'Last seen', isTight: true, cell: ({ lastSeenAt }) => <Moment at={lastSeenAt} isShort /> },
];

export function Callers({ callers }: { readonly callers: readonly QueryCaller[] }) {
  return (
    <section className="section">
      <h2>Who calls it</h2>
      {callers.length === 0 ? (
        <p className="soft">Nobody of this server in this span.</p>
      ) : (
        <DataTable label="Callers" columns={callerColumns} rows={callers} rowKey={({ route }) => route ?? ''} />
      )}
    </section>
  );
}

const callerColumns: readonly Column<QueryCaller>[] = [
  {
    key: 'route',
    header: 'Route',
    cell: ({ route }) =>
      route === null ? (
        <span className="faint">the server itself, or another program</span>
      ) : (
        <Link to="/queries" search={{ route }} title={`All that ${route} calls`}>
          <code>{route}</code>
        </Link>
      ),
  },
  {
    key: 'share',
    header: 'Share of its time',
    isTight: true,
    isExtra: true,
    cell: ({ share }) => <Share share={share} />,
  },
  { key: 'calls', header: 'Calls', isNumber: true, isTight: true, cell: ({ calls }) => countWords(calls) },
  {
    key: 'mean',
    header: 'Mean, ms',
    isNumber: true,
    isTight: true,
    cell: ({ calls, totalMs }) => timeWords(calls === 0 ? null : totalMs / calls),
  },
];
