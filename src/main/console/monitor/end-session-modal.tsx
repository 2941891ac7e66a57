// Ending a session by hand: says whose it is and what will be lost, and acts on that very session or on none.
import { Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { EndOutcome, SessionView } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { say } from '../components/notify.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { sessionState, whoIs } from './activity.ts';

interface EndSessionModalProps {
  readonly session: SessionView | null;
  readonly onClose: () => void;
}

export function EndSessionModal({ session, onClose }: EndSessionModalProps) {
  return (
    <Modal
      opened={session !== null}
      onClose={onClose}
      title={session ? `End pid ${session.pid}` : ''}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {session && <EndSession session={session} onClose={onClose} />}
    </Modal>
  );
}

function EndSession({ session, onClose }: { readonly session: SessionView; readonly onClose: () => void }) {
  const cache = useQueryClient();
  const end = useMutation({
    mutationFn: (how: 'cancel' | 'terminate') =>
      api.monitor.endSession(session.pid, {
        how,
        backendStart: session.backendStart,
        queryStart: session.queryStart,
      }),
    onSuccess: async ({ outcome }) => {
      say(outcomeWords(outcome, session.pid));
      onClose();
      await cache.invalidateQueries({ queryKey: ['monitor'] });
    },
  });
  const isRunning = session.state === 'active';
  return (
    <div className="form">
      <p>
        <code>{session.statement}</code>
      </p>
      <p className="soft">
        {whoIs(session)}; {sessionState(session)}.
      </p>
      <p>
        {isRunning
          ? 'Cancelling ends the statement and leaves the session; its transaction fails. Ending the session also closes its connection. What it has not committed is undone.'
          : 'It runs nothing now, so that there is nothing to cancel. Ending the session closes its connection; what it has not committed is undone.'}
      </p>
      {end.isError && <ProblemNotice error={end.error} />}
      <div className="form-actions">
        <Button onClick={onClose}>Leave it</Button>
        {isRunning && (
          <Button isBusy={end.isPending && end.variables === 'cancel'} onClick={() => end.mutate('cancel')}>
            Cancel the statement
          </Button>
        )}
        <Button
          weight="danger"
          isBusy={end.isPending && end.variables === 'terminate'}
          onClick={() => end.mutate('terminate')}
        >
          End the session
        </Button>
      </div>
    </div>
  );
}

function outcomeWords(outcome: EndOutcome['outcome'], pid: number): string {
  switch (outcome) {
    case 'ended':
      return `Pid ${pid} has been ended.`;
    case 'gone':
      return `Pid ${pid} had moved on by then. Nothing was ended.`;
    case 'not_permitted':
      return `This server’s database role may not end pid ${pid}.`;
    default:
      return `Pid ${pid} was asked to stop and has not yet.`;
  }
}
