// Everyone who is logged in, the last used first.
import { useQuery } from '@tanstack/react-query';
import type { Page, SessionOfUser } from '../../client/index.ts';
import { CurlLine } from '../components/curl-line.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { Loaded } from '../components/loaded.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pager, useCursorPages } from '../components/pager.tsx';
import { TableSkeleton } from '../components/skeleton.tsx';
import { AllSessionsTable } from './session-table.tsx';
import { sessionsQuery } from './sessions.ts';

export function SessionsScreen() {
  const pages = useCursorPages('all');
  const sessions = useQuery(sessionsQuery(pages.cursor));
  return (
    <>
      <PageHeader title="Sessions">
        Everyone who is logged in. To end sessions, open the user: all of theirs end together.
      </PageHeader>
      <Loaded query={sessions} skeleton={<TableSkeleton columns={5} rows={8} />}>
        {(page: Page<SessionOfUser>) =>
          page.items.length === 0 ? (
            <EmptyState
              icon="clock"
              title="Nobody is logged in"
              command={<CurlLine path="/v1/accounts/all-sessions" />}
            >
              A session begins when someone logs in at <a href="/accounts/log-in">{location.host}/accounts/log-in</a> or
              by HTTP.
            </EmptyState>
          ) : (
            <>
              <AllSessionsTable sessions={page.items} />
              <Pager pages={pages} nextCursor={page.nextCursor} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
