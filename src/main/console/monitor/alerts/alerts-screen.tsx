// What fires now, and what did: each with the way to say whether it was worth telling.
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Alert, AlertPage } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Pager, useCursorPages } from '../../components/pager.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { TabLinks } from '../../components/tab-links.tsx';
import { AlertItem } from './alert-item.tsx';
import { alertLinks } from './alert-links.ts';
import { firingAlertsQuery, resolvedAlertsQuery } from './alerts.ts';
import { channelsQuery } from './channels.ts';
import { MissedModal } from './missed-modal.tsx';
import './alerts.css';

export function AlertsScreen() {
  const firing = useQuery(firingAlertsQuery());
  const [isMissing, setMissing] = useState(false);
  return (
    <>
      <PageHeader title="Alerts" actions={<Button onClick={() => setMissing(true)}>Something was missed</Button>}>
        Only what hurts users, or is about to. Say of each whether it was worth telling, and its rule learns.
      </PageHeader>
      <TabLinks label="Alerts" links={alertLinks} />
      <Unheard />
      <Loaded query={firing} skeleton={<LinesSkeleton lines={4} />}>
        {(page: AlertPage) => <Firing alerts={page.alerts} />}
      </Loaded>
      {firing.data && <Resolved />}
      <MissedModal isOpen={isMissing} onClose={() => setMissing(false)} />
    </>
  );
}

/** An alert that reaches nobody is no alert. */
function Unheard() {
  const { data } = useQuery(channelsQuery());
  if (!data || data.some(({ isEnabled }) => isEnabled)) return null;
  return (
    <Notice tone="warn" title="Alerts reach nobody">
      <p>
        They are shown here and told to no one. <Link to="/alerts/channels">Add a channel</Link>: mail, a webhook,
        Slack, Discord, PagerDuty or Alertmanager.
      </p>
    </Notice>
  );
}

function Firing({ alerts }: { readonly alerts: readonly Alert[] }) {
  if (alerts.length === 0) {
    return (
      <EmptyState icon="check" title="No alert fires">
        <p>The rules are on from the first start, and look each second. What hurts users stands here at once.</p>
      </EmptyState>
    );
  }
  return (
    <section className="section">
      <h2>Firing</h2>
      <AlertItems alerts={alerts} />
    </section>
  );
}

function Resolved() {
  const pages = useCursorPages('');
  const resolved = useQuery(resolvedAlertsQuery(pages.cursor));
  return (
    <Loaded query={resolved} skeleton={<LinesSkeleton lines={6} />}>
      {({ alerts, nextCursor }: AlertPage) =>
        alerts.length > 0 || pages.pageNumber > 1 ? (
          <section className="section">
            <h2>Over</h2>
            <AlertItems alerts={alerts} />
            <Pager pages={pages} nextCursor={nextCursor} />
          </section>
        ) : null
      }
    </Loaded>
  );
}

/** Which one is open stands in the address, so that it can be sent to somebody. */
function AlertItems({ alerts }: { readonly alerts: readonly Alert[] }) {
  const { alert: openId } = useSearch({ from: '/frame/alerts' });
  const navigate = useNavigate({ from: '/alerts' });
  const toggle = (id: string) =>
    void navigate({ search: id === openId ? {} : { alert: id }, replace: true, resetScroll: false });
  return (
    <ul className="alerts">
      {alerts.map((alert) => (
        <AlertItem key={alert.id} alert={alert} isOpen={alert.id === openId} onToggle={() => toggle(alert.id)} />
      ))}
    </ul>
  );
}
