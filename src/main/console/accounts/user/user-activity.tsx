// What was done by a user and to him: the newest of it, and the way to the rest.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AuditEvent } from '../../../client/audit.ts';
import type { Page, User } from '../../../client/index.ts';
import { Loaded } from '../../components/loaded.tsx';
import { TableSkeleton } from '../../components/skeleton.tsx';
import { auditQuery } from '../audit-trail/audit.ts';
import { AuditTable } from '../audit-trail/audit-table.tsx';

const SHOWN = 10;

export function UserActivity({ user }: { readonly user: User }) {
  const events = useQuery(auditQuery({ user: user.id }, undefined, false));
  return (
    <section className="section">
      <h2>Activity</h2>
      <Loaded query={events} skeleton={<TableSkeleton columns={3} rows={3} />}>
        {({ items, nextCursor }: Page<AuditEvent>) =>
          items.length === 0 ? (
            <p className="soft">Nothing yet.</p>
          ) : (
            <>
              <AuditTable events={items.slice(0, SHOWN)} ofUser={user.id} />
              {(items.length > SHOWN || nextCursor !== null) && (
                <p>
                  <Link to="/audit" search={{ user: user.id }}>
                    All of it
                  </Link>
                </p>
              )}
            </>
          )
        }
      </Loaded>
    </section>
  );
}
