// The audit trail: who did what to whom, from where; filtered, live, and to take along.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { AuditEvent } from '../../../client/audit.ts';
import type { Page } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { IconButton } from '../../components/button.tsx';
import { CurlLine } from '../../components/curl-line.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { CheckField, SelectField } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Pager, useCursorPages } from '../../components/pager.tsx';
import { TableSkeleton } from '../../components/skeleton.tsx';
import { Writer } from '../writer.tsx';
import { type AuditSearch, type AuditSpan, auditQuery, auditSpans, spanStart } from './audit.ts';
import { AuditTable } from './audit-table.tsx';
import { knownActions } from './audit-words.ts';
import { ChainState } from './chain-state.tsx';
import './audit-trail.css';

export function AuditScreen() {
  const search = useSearch({ from: '/frame/audit' });
  const [isLive, setLive] = useState(true);
  const pages = useCursorPages(JSON.stringify(search));
  const events = useQuery(auditQuery(search, pages.cursor, isLive));
  const from = spanStart(search.span, Date.now());
  return (
    <>
      <PageHeader
        title="Audit trail"
        actions={
          <a className="button" data-weight="plain" href={api.accounts.audit.exportPath(from ? { from } : {})} download>
            <Icon name="download" />
            Export
          </a>
        }
      >
        Who did what to whom, and from where. Nothing in it can be changed: each entry carries the hash of the one
        before, and <code>aquifer audit verify</code> finds what was touched.
      </PageHeader>
      <ChainState isLive={isLive} />
      <div className="section">
        <AuditFilter search={search} isLive={isLive} onLive={setLive} />
        <Loaded query={events} skeleton={<TableSkeleton columns={5} rows={10} />}>
          {(page: Page<AuditEvent>) =>
            page.items.length === 0 ? (
              <NoEvents isFiltered={Object.keys(search).length > 0} />
            ) : (
              <>
                <AuditTable events={page.items} />
                <Pager pages={pages} nextCursor={page.nextCursor} />
              </>
            )
          }
        </Loaded>
      </div>
    </>
  );
}

interface AuditFilterProps {
  readonly search: AuditSearch;
  readonly isLive: boolean;
  readonly onLive: (isLive: boolean) => void;
}

function AuditFilter({ search, isLive, onLive }: AuditFilterProps) {
  const navigate = useNavigate({ from: '/audit' });
  const set = (part: { [Name in keyof AuditSearch]: AuditSearch[Name] | undefined }) =>
    void navigate({ search: (now) => cleaned({ ...now, ...part }), replace: true });
  return (
    <div className="audit-filter">
      <SelectField
        label="What"
        isLabelHidden
        options={[{ value: '', label: 'Everything' }, ...knownActions()]}
        value={search.action ?? ''}
        onChange={(event) => set({ action: event.target.value || undefined })}
      />
      <SelectField
        label="When"
        isLabelHidden
        options={[{ value: '', label: 'All that is kept' }, ...auditSpans]}
        value={search.span ?? ''}
        onChange={(event) => set({ span: (event.target.value || undefined) as AuditSpan | undefined })}
      />
      {search.user !== undefined && (
        <span className="audit-of">
          <span>
            by or to <Writer by={search.user} />
          </span>
          <IconButton icon="close" label="Everybody again" onClick={() => set({ user: undefined })} />
        </span>
      )}
      <CheckField label="Follow what comes" checked={isLive} onChange={(event) => onLive(event.target.checked)} />
    </div>
  );
}

function cleaned(search: { readonly [Name in keyof AuditSearch]: AuditSearch[Name] | undefined }): AuditSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

function NoEvents({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <EmptyState icon="search" title="Nothing of the kind">
        The trail has nothing that fits what was chosen above.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="list" title="Nothing yet" command={<CurlLine path="/v1/accounts/audit" />}>
      Log-ins, changes of accounts, roles and keys, and what operators do are noted here as they happen.
    </EmptyState>
  );
}
