// What this server asks Postgres: every statement by name, its cost, and its SQL.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { StatementView } from '../../client/index.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { SelectField } from '../components/field.tsx';
import { Loaded } from '../components/loaded.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { SearchField } from '../components/search-field.tsx';
import { TableSkeleton } from '../components/skeleton.tsx';
import { arrange, type StatementOrder, statementOrders } from './arrange-statements.ts';
import { StatementList } from './statement-list.tsx';
import { statementsQuery } from './statements.ts';

export function StatementsScreen() {
  const statements = useQuery(statementsQuery());
  const [search, setSearch] = useState('');
  const [order, setOrder] = useState<StatementOrder>('total');
  const [openName, setOpenName] = useState<string | null>(null);

  return (
    <>
      <PageHeader title="Statements">
        Every SQL statement of this server has a name, a lane and a deadline. Times are what this process has seen since
        it started.
      </PageHeader>
      <Loaded query={statements} skeleton={<TableSkeleton columns={5} rows={8} />}>
        {(all: readonly StatementView[]) => (
          <>
            <div className="toolbar">
              <SearchField label="Search by name or SQL" value={search} onSearch={setSearch} />
              <SelectField
                label="Order"
                isLabelHidden
                options={statementOrders}
                value={order}
                onChange={(event) => setOrder(event.target.value as StatementOrder)}
              />
            </div>
            <StatementResult
              statements={arrange(all, { search, order })}
              openName={openName}
              onOpen={(name) => setOpenName(name === openName ? null : name)}
            />
          </>
        )}
      </Loaded>
    </>
  );
}

interface StatementResultProps {
  readonly statements: readonly StatementView[];
  readonly openName: string | null;
  readonly onOpen: (name: string) => void;
}

function StatementResult(props: StatementResultProps) {
  if (props.statements.length > 0) return <StatementList {...props} />;
  return (
    <EmptyState icon="search" title="No statement matches">
      The search looks at names and at the SQL itself.
    </EmptyState>
  );
}
