// How the tables grow, which is what a date of a forecast rests on.
import type { TableGrowth } from '../../../client/index.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { byteWords } from '../advice/advice-words.ts';
import { shortFigure } from '../plan/plan-words.ts';
import { aroundWords } from './forecast-words.ts';

interface GrowthTableProps {
  readonly tables: readonly TableGrowth[];
  readonly since: string | null;
}

const SHOWN = 20;

export function GrowthTable({ since, tables }: GrowthTableProps) {
  if (tables.length === 0) return null;
  return (
    <section className="section">
      <h2>How tables grow</h2>
      <p className="soft">
        {since ? (
          <>
            Measured since the snapshot of <Moment at={since} />.
          </>
        ) : (
          'There is no older snapshot to measure by yet: growth is known from counters, or assumed.'
        )}
      </p>
      <DataTable
        label="Tables"
        columns={columns}
        rows={tables.slice(0, SHOWN)}
        rowKey={({ relation, schema }) => `${schema}.${relation}`}
      />
    </section>
  );
}

const columns: readonly Column<TableGrowth>[] = [
  {
    key: 'table',
    header: 'Table',
    cell: ({ relation, schema }) => (
      <span>
        {schema !== 'public' && <span className="faint">{schema}.</span>}
        {relation}
      </span>
    ),
  },
  { key: 'rows', header: 'Rows', isNumber: true, isTight: true, cell: ({ rows }) => shortFigure(Math.max(0, rows)) },
  {
    key: 'more',
    header: 'More a day',
    isNumber: true,
    isTight: true,
    cell: ({ rowsPerDay }) => (rowsPerDay === null ? '–' : shortFigure(Math.round(rowsPerDay))),
  },
  { key: 'size', header: 'Size', isNumber: true, isTight: true, isExtra: true, cell: ({ bytes }) => byteWords(bytes) },
  {
    key: 'doubles',
    header: 'Twice as large',
    isTight: true,
    cell: ({ doublesAt, isGrowing }) =>
      isGrowing ? aroundWords(doublesAt, Date.now()) || 'not known' : <span className="faint">does not grow</span>,
  },
  {
    key: 'basis',
    header: 'Known from',
    isTight: true,
    isExtra: true,
    cell: ({ basis }) => <span className="faint">{basis === 'assumed' ? 'assumed' : basis}</span>,
  },
];
