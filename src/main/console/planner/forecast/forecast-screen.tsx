// What statements will cost as their tables grow: the first cliff in a sentence, its curve, and all the others below.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ForecastReport, ForecastStatement } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { plural } from '../../components/number-words.ts';
import { SearchField } from '../../components/search-field.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { FirstRows } from '../first-rows.tsx';
import { Assumptions, Gaps, More } from '../more.tsx';
import { NothingYet } from '../nothing-yet.tsx';
import { forecastQuery } from '../planner.ts';
import { RunLine, TakenAt } from '../run-line.tsx';
import { type RunOfPage, useRun } from '../use-run.ts';
import { ForecastChart } from './forecast-chart.tsx';
import { ForecastDetail } from './forecast-detail.tsx';
import { ForecastHead } from './forecast-head.tsx';
import { ForecastTable } from './forecast-table.tsx';
import { GrowthTable } from './growth-table.tsx';

export function ForecastScreen() {
  const forecast = useQuery(forecastQuery());
  const run = useRun('forecast');
  const report = forecast.data?.report;
  return (
    <>
      <ForecastHead
        title="Forecast"
        actions={
          report && (
            <Button isBusy={run.isAsking || run.current !== null} onClick={run.start}>
              Forecast again
            </Button>
          )
        }
      >
        The same statements planned at many times today’s rows, as each column grows.
        <TakenAt at={report?.takenAt} />
      </ForecastHead>
      <RunLine run={run} shown={forecast.data?.run} />
      <Loaded query={forecast} skeleton={<LinesSkeleton lines={10} />}>
        {({ report: found }) => (found ? <Forecast report={found} /> : <NoForecast run={run} />)}
      </Loaded>
    </>
  );
}

function Forecast({ report }: { readonly report: ForecastReport }) {
  const { assumptions, gaps, statements, tables, takenAt, unplanned } = report;
  const search = useSearch({ from: '/frame/planner/forecast' });
  const navigate = useNavigate();
  const chosen = statements.find(({ name }) => name === search.statement) ?? statements[0];
  const shown = matching(statements, search.search);
  const change = (part: { statement?: string; search?: string }) =>
    void navigate({ to: '/planner/forecast', search: { ...search, ...part }, replace: true, resetScroll: false });
  const choose = (name: string) => change({ statement: name });
  if (!chosen) return <p className="soft">No statement could be planned.</p>;
  return (
    <div className="planner-page">
      <p className="planner-lead">
        <Sentence text={report.sentence} />
      </p>
      <ForecastChart chosen={chosen} all={statements} takenAt={takenAt} onChoose={choose} />
      <ForecastDetail key={chosen.name} statement={chosen} />
      <section className="section">
        <h2>Statements</h2>
        {statements.length > SEARCHED_FROM && (
          <div className="toolbar">
            <SearchField
              label="Search by name or table"
              value={search.search ?? ''}
              onSearch={(text) => change({ search: text })}
            />
          </div>
        )}
        {shown.length === 0 ? (
          <p className="soft">No statement matches.</p>
        ) : (
          <FirstRows key={search.search ?? ''} rows={shown} count={SHOWN_FIRST}>
            {(first) => <ForecastTable statements={first} chosen={chosen.name} onChoose={choose} />}
          </FirstRows>
        )}
      </section>
      <GrowthTable tables={tables} since={report.growthSince} />
      <div className="planner-leftover">
        <Assumptions assumptions={assumptions} />
        {unplanned.length > 0 && (
          <More title={`${plural(unplanned.length, 'statement has', 'statements have')} no plan`}>
            <ul className="more-list">
              {unplanned.map(({ name, why }) => (
                <li key={name}>
                  <code>{name}</code> <Sentence text={why} />
                </li>
              ))}
            </ul>
          </More>
        )}
        <Gaps gaps={gaps} />
      </div>
    </div>
  );
}

const SEARCHED_FROM = 12;
const SHOWN_FIRST = 50;

function matching(statements: readonly ForecastStatement[], search = ''): readonly ForecastStatement[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return statements.filter(({ name, relations }) => {
    const text = `${name} ${relations.join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function NoForecast({ run }: { readonly run: RunOfPage }) {
  return (
    <NothingYet run={run} kind="forecast" icon="trend" title="Nothing has been forecast yet" verb="Look ahead">
      Statistics are scaled to 2, 10 and 100 times today’s rows, each column as it grows, and every statement is planned
      again. Where a plan flips, one sees at what size, and about when.
    </NothingYet>
  );
}
