// The tables of the database: how large, how used, and what is the matter with them.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { SelectField } from '../../components/field.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { TableSkeleton } from '../../components/skeleton.tsx';
import { arrangeTables, type TableOrder, tableOrders } from './arrange-tables.ts';
import { TableList } from './table-list.tsx';
import { tablesQuery } from './tables.ts';
import { LeftOut, TablesHead } from './tables-head.tsx';

export function TablesScreen() {
  const tables = useQuery(tablesQuery());
  const [search, setSearch] = useState('');
  const [order, setOrder] = useState<TableOrder>('concerns');
  const [openName, setOpenName] = useState<string | null>(null);

  return (
    <>
      <TablesHead title="Tables" at={tables.data?.at} />
      <div className="toolbar">
        <SearchField label="Search by name" value={search} onSearch={setSearch} />
        <SelectField
          label="Order"
          isLabelHidden
          options={tableOrders}
          value={order}
          onChange={(event) => setOrder(event.target.value as TableOrder)}
        />
      </div>
      <Loaded query={tables} skeleton={<TableSkeleton columns={6} rows={8} />}>
        {({ at, left, tables: all }) => {
          if (at === null) return <p className="soft">Postgres has not answered yet. It is asked in a moment.</p>;
          const shown = arrangeTables(all, { search, order });
          if (shown.length === 0) return <NoTable hasAny={all.length > 0} />;
          return (
            <>
              <TableList
                tables={shown}
                openName={openName}
                onOpen={(name) => setOpenName(name === openName ? null : name)}
              />
              <LeftOut count={left} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function NoTable({ hasAny }: { readonly hasAny: boolean }) {
  if (hasAny) {
    return (
      <EmptyState icon="search" title="No table matches">
        The search looks at names, with the schema before them.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="table" title="No tables that this role may see">
      The database has none, or the role that looks may not know of them.
    </EmptyState>
  );
}
