// What hurts now and why; what did before; and the guard's own journal.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CauseReport } from '../../client/index.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { LinesSkeleton } from '../components/skeleton.tsx';
import { causeQuery, sessionsQuery } from './causes.ts';
import { EndSessionModal } from './end-session-modal.tsx';
import { JournalList } from './journal-list.tsx';
import { VerdictDetails } from './verdict-details.tsx';
import { VerdictView } from './verdict-view.tsx';
import './cause-screen.css';

export function CauseScreen() {
  const cause = useQuery(causeQuery());
  const [pid, setPid] = useState<number | null>(null);
  const sessions = useQuery({ ...sessionsQuery(), enabled: pid !== null });
  const session = sessions.data?.sessions.find((one) => one.pid === pid) ?? null;
  return (
    <>
      <PageHeader title="Cause">What holds the pool, who calls it, and why it takes so long.</PageHeader>
      <Loaded query={cause} skeleton={<LinesSkeleton lines={4} />}>
        {(report: CauseReport) => (
          <>
            <Present report={report} onEnd={setPid} />
            <VerdictDetails title="Earlier" verdicts={report.recent} />
          </>
        )}
      </Loaded>
      <section className="cause-section">
        <h2>Journal</h2>
        <JournalList />
      </section>
      <EndSessionModal session={session} onClose={() => setPid(null)} />
    </>
  );
}

function Present({ report, onEnd }: { readonly report: CauseReport; readonly onEnd: (pid: number) => void }) {
  if (report.verdict && report.state === 'trouble') return <VerdictView verdict={report.verdict} onEnd={onEnd} />;
  if (report.state === 'trouble')
    return <p className="soft">Something holds connections up. The cause is looked for.</p>;
  return (
    <EmptyState icon="check" title="Nothing holds the pool up">
      <p>
        Calm since <Moment at={report.since} />. When a statement overstays or somebody waits, the cause stands here
        within seconds.
      </p>
    </EmptyState>
  );
}
