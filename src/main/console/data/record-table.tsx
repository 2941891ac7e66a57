// Records of all owners as a table with a column for each field.
import { Link } from '@tanstack/react-router';
import type { Collection, Field, OwnedRecord } from '../../client/index.ts';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import { valueWords } from './value-words.ts';

interface RecordTableProps {
  readonly collection: Collection;
  readonly records: readonly OwnedRecord[];
}

export function RecordTable({ collection, records }: RecordTableProps) {
  const columns = [idColumn, ...collection.fields.map(fieldColumn), ownerColumn(collection.name), createdColumn];
  return (
    <DataTable
      label={`Records of ${collection.name}`}
      columns={columns}
      rows={records}
      rowKey={(record) => record.id}
      isWide
    />
  );
}

/** Ids begin with their time and end in chance: the end tells them apart. */
function shortId(id: string): string {
  return `…${id.slice(-8)}`;
}

const idColumn: Column<OwnedRecord> = {
  key: 'id',
  header: 'Id',
  isTight: true,
  cell: (record) => <code title={record.id}>{shortId(record.id)}</code>,
};

const createdColumn: Column<OwnedRecord> = {
  key: 'createdAt',
  header: 'Created',
  isTight: true,
  cell: (record) => <Moment at={record.createdAt} />,
};

function ownerColumn(collection: string): Column<OwnedRecord> {
  return {
    key: 'ownerId',
    header: 'Owner',
    isTight: true,
    cell: (record) => (
      <Link
        to="/collections/$collection"
        params={{ collection }}
        search={{ owner: record.ownerId }}
        title={`Only records of ${record.ownerId}`}
      >
        <code>{shortId(record.ownerId)}</code>
      </Link>
    ),
  };
}

function fieldColumn(field: Field): Column<OwnedRecord> {
  return {
    // A field may be called like one of the record's own members.
    key: `field ${field.name}`,
    header: field.name,
    isNumber: field.type === 'number',
    cell: (record) => <FieldValue field={field} value={record[field.name]} />,
  };
}

function FieldValue({ field, value }: { readonly field: Field; readonly value: unknown }) {
  const words = valueWords(value);
  if (words === '') return <span className="faint">–</span>;
  if (field.type === 'timestamp') return <Moment at={words} isShort />;
  if (field.type === 'reference') return <code title={words}>{shortId(words)}</code>;
  return field.type === 'json' ? <code title={words}>{words}</code> : <span title={words}>{words}</span>;
}
