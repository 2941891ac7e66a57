// What else is known of a table: how it is read and written, when it was vacuumed, its rows over time, its indexes.
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { IndexView, SeriesAnswer, TableView } from '../../../client/index.ts';
import { type Series, TimeChart } from '../../charts/time-chart.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { countWords } from '../../components/number-words.ts';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { useMarks } from '../marks.ts';
import { withGaps } from '../time-gaps.ts';
import { hitWords, hourlyWords, megabyteWords, shareWords } from './table-words.ts';
import { indexesQuery, ROWS_SPAN_SECONDS, tableSeriesQuery } from './tables.ts';

export function TableDetail({ table }: { readonly table: TableView }) {
  return (
    <div className="table-detail">
      <dl className="table-facts">
        <Fact title="Table and its indexes, MB">
          {megabyteWords(table.tableBytes)} and {megabyteWords(table.indexBytes)}
        </Fact>
        <Fact title="Rows for each reading end to end">
          {table.seqRowsPerScan === null ? '–' : countWords(Math.round(table.seqRowsPerScan))}
        </Fact>
        <Fact title="Found in the cache">{hitWords(table.cacheHitShare)}</Fact>
        <Fact title="Updates within their page">{shareWords(table.hotUpdateShare)}</Fact>
        <Fact title="Dead rows">{countWords(Math.round(table.deadRows))}</Fact>
        <Fact title="Vacuumed">{table.lastVacuumAt ? <Moment at={table.lastVacuumAt} /> : 'never'}</Fact>
        <Fact title="Analyzed">{table.lastAnalyzeAt ? <Moment at={table.lastAnalyzeAt} /> : 'never'}</Fact>
        <Fact title="Oldest row, transactions ago">{countWords(table.frozenXidAge)}</Fact>
      </dl>
      <Rows scope={`${table.schema}.${table.name}`} />
      <Indexes table={table} />
    </div>
  );
}

function Fact({ children, title }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Rows({ scope }: { readonly scope: string }) {
  const series = useQuery(tableSeriesQuery(scope));
  const marks = useMarks();
  const found = series.data?.series.find(({ name }) => name === 'table.rows');
  // Nothing is said of what is not there: figures of tables come hourly, and the first hour has to pass.
  if (!series.data || !found || found.points.length < 2) return null;
  const { line, times } = chartedRows(found, series.data.stepSeconds);
  return (
    <TimeChart
      title="Rows"
      unit="over 14 days, as Postgres estimates"
      times={times}
      series={[line]}
      marks={marks}
      spanSeconds={ROWS_SPAN_SECONDS}
      leastCeiling={10}
      height={112}
    />
  );
}

function chartedRows({ points }: SeriesAnswer['series'][number], stepSeconds: number) {
  const steps = withGaps(
    points.map(({ at, mean }) => ({ at: Date.parse(at) / 1000, value: mean })),
    stepSeconds,
  );
  const line: Series = { label: 'rows', color: '--chart-critical', values: steps.map(({ value }) => value) };
  return { line, times: steps.map(({ at }) => at) };
}

function Indexes({ table }: { readonly table: TableView }) {
  const indexes = useQuery(indexesQuery());
  return (
    <Loaded query={indexes} skeleton={<LinesSkeleton lines={2} />}>
      {({ indexes: all }) => {
        const own = all.filter((index) => index.schema === table.schema && index.table === table.name);
        if (own.length === 0) return <p className="soft">It has no index.</p>;
        return <DataTable label="Its indexes" columns={indexColumns} rows={own} rowKey={({ name }) => name} />;
      }}
    </Loaded>
  );
}

const indexColumns: readonly Column<IndexView>[] = [
  { key: 'name', header: 'Index', cell: ({ definition, name }) => <code title={definition}>{name}</code> },
  { key: 'size', header: 'Size, MB', isNumber: true, isTight: true, cell: ({ bytes }) => megabyteWords(bytes) },
  {
    key: 'scans',
    header: 'Used, an hour',
    isNumber: true,
    isTight: true,
    cell: ({ scansPerHour }) => hourlyWords(scansPerHour),
  },
];
