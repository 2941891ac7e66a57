// The tables, each opening to what else is known of it and to its indexes.
import { Fragment } from 'react';
import type { TableView } from '../../../client/index.ts';
import { Icon } from '../../components/icon.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { TableDetail } from './table-detail.tsx';
import { deadShare, hourlyWords, megabyteWords, rowWords, shareWords } from './table-words.ts';

interface TableListProps {
  readonly tables: readonly TableView[];
  /** As `schema.name`. */
  readonly openName: string | null;
  readonly onOpen: (name: string) => void;
}

const columns = [
  { title: 'Rows', isExtra: true },
  { title: 'Size, MB', isExtra: false },
  { title: 'Growth a day, MB', isExtra: true },
  { title: 'Read end to end, an hour', isExtra: true },
  { title: 'By index, an hour', isExtra: true },
  { title: 'Writes an hour', isExtra: true },
  { title: 'Dead', isExtra: true },
];

export function TableList({ onOpen, openName, tables }: TableListProps) {
  return (
    <section className="data-table" aria-label="Tables">
      <table>
        <thead>
          <tr>
            <th scope="col">Table</th>
            {columns.map(({ isExtra, title }) => (
              <th key={title} scope="col" data-number data-tight data-extra={isExtra || undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tables.map((table) => {
            const name = `${table.schema}.${table.name}`;
            const isOpen = name === openName;
            return (
              <Fragment key={name}>
                <TableRow table={table} name={name} isOpen={isOpen} onOpen={onOpen} />
                {isOpen && (
                  <tr className="table-detail-row">
                    <td colSpan={columns.length + 1}>
                      <TableDetail table={table} />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

interface TableRowProps {
  readonly table: TableView;
  readonly name: string;
  readonly isOpen: boolean;
  readonly onOpen: (name: string) => void;
}

function TableRow({ isOpen, name, onOpen, table }: TableRowProps) {
  const cells = [
    rowWords(table.rows),
    megabyteWords(table.totalBytes),
    megabyteWords(table.growthBytesPerDay, true),
    hourlyWords(table.seqScansPerHour),
    hourlyWords(table.indexScansPerHour),
    hourlyWords(table.writesPerHour),
    shareWords(deadShare(table)),
  ];
  return (
    <tr data-open={isOpen || undefined}>
      <td>
        <button type="button" className="statement-name" aria-expanded={isOpen} onClick={() => onOpen(name)}>
          <Icon name="next" size={12} />
          <span>
            <span className="faint">{table.schema}.</span>
            {table.name}
          </span>
        </button>
        <Concerns concerns={table.concerns} isOpen={isOpen} />
      </td>
      {columns.map(({ isExtra, title }, index) => (
        <td key={title} data-number data-extra={isExtra || undefined}>
          {cells[index]}
        </td>
      ))}
    </tr>
  );
}

/** The first as long as it is closed, so that rows stay low; all of them where one looks. */
export function Concerns({ concerns, isOpen }: { readonly concerns: readonly string[]; readonly isOpen: boolean }) {
  if (concerns.length === 0) return null;
  const shown = isOpen ? concerns : concerns.slice(0, 1);
  return (
    <ul className="concerns">
      {shown.map((concern) => (
        <li key={concern}>
          <StatusWord tone="warn">{concern}</StatusWord>
        </li>
      ))}
      {!isOpen && concerns.length > 1 && <li className="faint">and {concerns.length - 1} more</li>}
    </ul>
  );
}
