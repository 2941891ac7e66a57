// API keys as a table; with the user each belongs to, where there are several.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ApiKeyOfOwner } from '../../../client/api-keys.ts';
import { IconButton } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { absoluteTime } from '../../components/time-words.ts';
import { DeleteApiKeyModal } from './delete-api-key-modal.tsx';
import { keyState } from './key-state.ts';

interface ApiKeyTableProps {
  readonly apiKeys: readonly ApiKeyOfOwner[];
  readonly hasOwners?: boolean;
}

export function ApiKeyTable({ apiKeys, hasOwners = false }: ApiKeyTableProps) {
  const [asked, setAsked] = useState<ApiKeyOfOwner | null>(null);
  const columns = [nameColumn, ...(hasOwners ? [ownerColumn] : []), ...columnsAfter, deleteColumn(setAsked)];
  return (
    <>
      <DataTable label="API keys" columns={columns} rows={apiKeys} rowKey={(key) => key.id} />
      <DeleteApiKeyModal apiKey={asked} onClose={() => setAsked(null)} />
    </>
  );
}

const nameColumn: Column<ApiKeyOfOwner> = {
  key: 'name',
  header: 'Key',
  cell: (key) => (
    <>
      {key.name} <code className="faint">{key.hint}…</code>
    </>
  ),
};

const ownerColumn: Column<ApiKeyOfOwner> = {
  key: 'owner',
  header: 'Of',
  cell: ({ owner }) => (
    <Link to="/users/$userId" params={{ userId: owner.id }}>
      {owner.email}
    </Link>
  ),
};

const columnsAfter: readonly Column<ApiKeyOfOwner>[] = [
  {
    key: 'scopes',
    header: 'May',
    isExtra: true,
    cell: ({ scopes }) => <span className="small mono">{scopes.join(', ')}</span>,
  },
  { key: 'state', header: 'State', isTight: true, cell: (key) => <KeyState apiKey={key} /> },
  {
    key: 'used',
    header: 'Last used',
    isTight: true,
    isExtra: true,
    cell: ({ lastUsedAt, lastUsedIp }) =>
      lastUsedAt === null ? (
        <span className="faint">never</span>
      ) : (
        <span title={lastUsedIp === null ? undefined : `from ${lastUsedIp}`}>
          <Moment at={lastUsedAt} />
        </span>
      ),
  },
  { key: 'ends', header: 'Ends', isTight: true, isExtra: true, cell: (key) => absoluteTime(key.expiresAt, Date.now()) },
];

function deleteColumn(onAsk: (key: ApiKeyOfOwner) => void): Column<ApiKeyOfOwner> {
  return {
    key: 'delete',
    header: <span className="only-for-screen-readers">Delete</span>,
    isTight: true,
    cell: (key) => <IconButton icon="trash" label={`Delete the key “${key.name}”`} onClick={() => onAsk(key)} />,
  };
}

function KeyState({ apiKey }: { readonly apiKey: ApiKeyOfOwner }) {
  const state = keyState(apiKey, Date.now());
  return <StatusWord tone={state.tone}>{state.word}</StatusWord>;
}
