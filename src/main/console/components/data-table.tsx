// The one table: sticky header, dense rows, numbers to the right with their unit in the header.
import type { ReactNode } from 'react';
import './data-table.css';

export interface Column<Row> {
  readonly key: string;
  readonly header: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  readonly isNumber?: boolean;
  /** Left out where a phone has no room for it. */
  readonly isExtra?: boolean;
  /** As narrow as its content. */
  readonly isTight?: boolean;
}

interface DataTableProps<Row> {
  /** What the rows are, for those who hear the page. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Many columns: the table scrolls sideways within itself. */
  readonly isWide?: boolean;
}

export function DataTable<Row>({ label, columns, rows, rowKey, isWide = false }: DataTableProps<Row>) {
  return (
    <section
      className="data-table"
      data-wide={isWide || undefined}
      aria-label={label}
      tabIndex={isWide ? 0 : undefined}
    >
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" {...columnMarks(column)}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.key} {...columnMarks(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function columnMarks<Row>(column: Column<Row>) {
  return {
    'data-number': column.isNumber || undefined,
    'data-extra': column.isExtra || undefined,
    'data-tight': column.isTight || undefined,
  };
}
