// The fields of a collection as a table.
import { Link } from '@tanstack/react-router';
import type { Field } from '../../client/index.ts';
import { type Column, DataTable } from '../components/data-table.tsx';

export function FieldTable({ fields }: { readonly fields: readonly Field[] }) {
  if (fields.length === 0) return <p className="soft">None yet: records hold nothing but their times.</p>;
  return <DataTable label="Fields" columns={columns} rows={fields} rowKey={(field) => field.name} />;
}

const columns: readonly Column<Field>[] = [
  { key: 'name', header: 'Name', cell: (field) => <code>{field.name}</code> },
  {
    key: 'type',
    header: 'Type',
    cell: (field) =>
      field.type === 'reference' && field.target ? (
        <>
          reference to{' '}
          <Link to="/collections/$collection" params={{ collection: field.target }}>
            {field.target}
          </Link>
        </>
      ) : (
        field.type
      ),
  },
  { key: 'required', header: 'Required', isTight: true, cell: (field) => yesOrDash(field.required === true) },
  {
    key: 'indexed',
    header: 'Indexed',
    isTight: true,
    cell: (field) => yesOrDash(field.indexed === true || field.type === 'reference'),
  },
];

function yesOrDash(isSo: boolean) {
  return isSo ? 'yes' : <span className="faint">–</span>;
}
