// When nobody is told: for a while, or at the same times of each week.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Silence } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { CurlLine } from '../../components/curl-line.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { sayProblem, sayWithUndo } from '../../components/notify.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { TabLinks } from '../../components/tab-links.tsx';
import { alertLinks } from './alert-links.ts';
import { alertRulesQuery } from './alerts.ts';
import { silencesKey, silencesQuery } from './channels.ts';
import { SilenceModal } from './silence-modal.tsx';
import { type SilenceState, silenceState, whenWords } from './silence-words.ts';
import './silences.css';

export function SilencesScreen() {
  const silences = useQuery(silencesQuery());
  const [isMaking, setMaking] = useState(false);
  const make = () => setMaking(true);
  return (
    <>
      <PageHeader
        title="Silences"
        actions={
          (silences.data?.length ?? 0) > 0 && (
            <Button weight="primary" icon="plus" onClick={make}>
              Make a silence
            </Button>
          )
        }
      >
        When nobody is told, such as while you work on the database, or during the batch at night. Alerts still stand in
        the list.
      </PageHeader>
      <TabLinks label="Alerts" links={alertLinks} />
      <Loaded query={silences} skeleton={<LinesSkeleton lines={4} />}>
        {(list: readonly Silence[]) =>
          list.length === 0 ? (
            <NoSilences onMake={make} />
          ) : (
            <ul className="silences">
              {list.map((silence) => (
                <SilenceItem key={silence.id} silence={silence} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <SilenceModal isOpen={isMaking} given={{ ruleId: null, scope: null }} onClose={() => setMaking(false)} />
    </>
  );
}

function NoSilences({ onMake }: { readonly onMake: () => void }) {
  return (
    <EmptyState
      icon="bell"
      title="Nothing is silenced"
      action={
        <Button weight="primary" onClick={onMake}>
          Make a silence
        </Button>
      }
      command={
        <CurlLine
          method="POST"
          path="/v1/monitor/silences"
          body={{
            reason: 'The batch at night',
            weekly: { days: [1, 2, 3, 4, 5], startsAt: '02:00', minutes: 60, timeZone: 'Europe/Vienna' },
          }}
        />
      }
    >
      Every alert goes to the channels that ask for its kind.
    </EmptyState>
  );
}

const states: Record<SilenceState, { readonly tone: 'warn' | 'plain'; readonly label: string }> = {
  now: { tone: 'warn', label: 'Silent now' },
  later: { tone: 'plain', label: 'Not now' },
  over: { tone: 'plain', label: 'Over' },
};

function SilenceItem({ silence }: { readonly silence: Silence }) {
  const rules = useQuery(alertRulesQuery());
  const end = useEndSilence();
  const nowMs = Date.now();
  const held = silenceState(silence, nowMs);
  const isOver = held === 'over';
  const state = states[held];
  const rule = rules.data?.rules.find(({ id }) => id === silence.ruleId);
  return (
    <li className="silence">
      <div className="silence-words">
        <h2>{silence.reason}</h2>
        <p>{whenWords(silence, nowMs)}</p>
        <p className="small soft">
          {silence.ruleId === null ? 'All alerts' : (rule?.name ?? silence.ruleId)}
          {silence.scope !== null && (
            <>
              {', of '}
              <code>{silence.scope}</code> alone
            </>
          )}
        </p>
      </div>
      <StatusWord tone={state.tone}>{state.label}</StatusWord>
      <Button weight="quiet" onClick={() => end(silence)}>
        {isOver ? 'Delete' : 'End it'}
      </Button>
    </li>
  );
}

function useEndSilence(): (silence: Silence) => void {
  const cache = useQueryClient();
  const renew = () => cache.invalidateQueries({ queryKey: silencesKey() });
  const again = useMutation({
    mutationFn: ({ id: _id, ...silence }: Silence) => api.monitor.createSilence(silence),
    onError: sayProblem,
    onSettled: renew,
  });
  const end = useMutation({
    mutationFn: ({ id }: Silence) => api.monitor.deleteSilence(id),
    onSuccess: (_nothing, silence) => sayWithUndo(`“${silence.reason}” is over.`, () => again.mutate(silence)),
    onError: sayProblem,
    onSettled: renew,
  });
  return end.mutate;
}
