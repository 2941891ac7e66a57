// One incident: is it over, who was hurt, why, what can be done, and what happened second by second.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { IncidentDetail, IncidentSummary, Verdict } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { say, sayProblem } from '../../components/notify.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { sessionsQuery } from '../causes.ts';
import { EndSessionModal } from '../end-session-modal.tsx';
import { VerdictDetails } from '../verdict-details.tsx';
import { VerdictView } from '../verdict-view.tsx';
import { ActionList } from './action-list.tsx';
import { CapList } from './cap-list.tsx';
import { ImpactView } from './impact-view.tsx';
import { IncidentStory } from './incident-story.tsx';
import { lastedWords } from './incident-words.ts';
import { incidentQuery, incidentsKey } from './incidents.ts';
import { IndexJobs } from './index-jobs.tsx';
import { MilestoneStrip } from './milestone-strip.tsx';
import { NoteForm } from './note-form.tsx';
import './incidents.css';
import './incident.css';

export function IncidentScreen() {
  const { incidentId } = useParams({ from: '/frame/incidents/$incidentId' });
  const detail = useQuery(incidentQuery(incidentId));
  return (
    <>
      {detail.data ? (
        <IncidentHeader incident={detail.data.incident} />
      ) : (
        <PageHeader title="Incident" parent={<Link to="/incidents">Incidents</Link>} />
      )}
      <Loaded query={detail} skeleton={<LinesSkeleton lines={8} />}>
        {(found: IncidentDetail) => <Incident detail={found} />}
      </Loaded>
    </>
  );
}

function IncidentHeader({ incident }: { readonly incident: IncidentSummary }) {
  const { containedAt, hasPostmortem, id, number, openedAt, state, title } = incident;
  const isOpen = state === 'open';
  return (
    <PageHeader
      isLong
      // Backticks are for the eye that sees code; a heading is read as text.
      title={title.replaceAll('`', '')}
      parent={<Link to="/incidents">Incidents</Link>}
      actions={
        <>
          {isOpen && <CloseButton id={id} />}
          {hasPostmortem && (
            <Link
              className="button"
              data-weight={isOpen ? 'plain' : 'primary'}
              to="/incidents/$incidentId/postmortem"
              params={{ incidentId: id }}
            >
              Postmortem
            </Link>
          )}
        </>
      }
    >
      <p className="incident-state">
        <StatusWord tone={isOpen ? (containedAt === null ? 'bad' : 'warn') : 'plain'}>
          {isOpen ? (containedAt === null ? 'Open' : 'Open, contained') : 'Over'}
        </StatusWord>
        <span>
          Incident {number}, opened <Moment at={openedAt} />, {isOpen ? 'open' : 'lasted'}{' '}
          {lastedWords(incident, Date.now())}
        </span>
      </p>
    </PageHeader>
  );
}

function CloseButton({ id }: { readonly id: string }) {
  const cache = useQueryClient();
  const close = useMutation({
    mutationFn: () => api.monitor.closeIncident(id),
    onSuccess: () => {
      say('The incident is closed. Its postmortem is being written.');
      return cache.invalidateQueries({ queryKey: incidentsKey() });
    },
    onError: sayProblem,
  });
  return (
    <Button
      title="It closes by itself when calm has held for a minute."
      isBusy={close.isPending}
      onClick={() => close.mutate()}
    >
      Close it now
    </Button>
  );
}

function Incident({ detail }: { readonly detail: IncidentDetail }) {
  const { actions, impact, incident, verdict, verdicts } = detail;
  const others = verdicts.filter(({ id }) => id !== verdict?.id);
  return (
    <div className="incident">
      <MilestoneStrip incident={incident} />
      <ImpactView impact={impact} />
      <Why verdict={verdict} isOpen={incident.state === 'open'} />
      <ActionList actions={actions} incidentId={incident.id} />
      <IndexJobs since={incident.openedAt} />
      <CapList />
      <IncidentStory detail={detail} />
      <section className="section">
        <h2>Notes</h2>
        <NoteForm incidentId={incident.id} />
      </section>
      <VerdictDetails title="What else was seen" verdicts={others} hasActions={false} />
    </div>
  );
}

function Why({ verdict, isOpen }: { readonly verdict: Verdict | null; readonly isOpen: boolean }) {
  const [pid, setPid] = useState<number | null>(null);
  const sessions = useQuery({ ...sessionsQuery(), enabled: pid !== null });
  const session = sessions.data?.sessions.find((one) => one.pid === pid) ?? null;
  return (
    <section className="section">
      <h2>Why</h2>
      {verdict ? (
        <VerdictView verdict={verdict} hasActions={false} {...(isOpen ? { onEnd: setPid } : {})} />
      ) : (
        <p className="soft">
          {isOpen ? 'The cause is being looked for.' : 'No cause could be named from what was measured.'}
        </p>
      )}
      <EndSessionModal session={session} onClose={() => setPid(null)} />
    </section>
  );
}
