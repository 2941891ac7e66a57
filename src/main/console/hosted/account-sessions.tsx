// Where one is logged in, and the way to end it there.
import type { Session } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { deviceWords } from '../components/device-words.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { absoluteTime, relativeTime } from '../components/time-words.ts';
import { useCall } from './use-call.ts';
import { useLoaded } from './use-loaded.ts';

const loadSessions = (signal: AbortSignal) => api.accounts.listSessions(signal);

export function AccountSessions() {
  const sessions = useLoaded(loadSessions);
  const revoke = useCall((id: string) => api.accounts.revokeSession(id), sessions.reload);
  const revokeOthers = useCall(() => api.accounts.revokeOtherSessions(), sessions.reload);
  const problem = sessions.error ?? revoke.error ?? revokeOthers.error;
  const hasOthers = sessions.data?.some((session) => !session.current) ?? false;
  return (
    <section className="page-part">
      <h2>Where you are logged in</h2>
      {problem !== null && <ProblemNotice error={problem} onRetry={sessions.reload} />}
      <ul className="session-list">
        {sessions.data?.map((session) => (
          <li key={session.id}>
            <SessionWords session={session} />
            {!session.current && (
              <Button isBusy={revoke.isBusy} onClick={() => void revoke.send(session.id)}>
                Log out
              </Button>
            )}
          </li>
        ))}
      </ul>
      {hasOthers && (
        <Button isBusy={revokeOthers.isBusy} onClick={() => void revokeOthers.send(undefined)}>
          Log out everywhere else
        </Button>
      )}
    </section>
  );
}

function SessionWords({ session }: { readonly session: Session }) {
  const nowMs = Date.now();
  return (
    <div>
      <p title={session.userAgent ?? undefined}>{deviceWords(session.userAgent)}</p>
      <p className="small soft">
        {session.current
          ? 'This device'
          : `Last used ${relativeTime(session.lastUsedAt, nowMs)}, ${absoluteTime(session.lastUsedAt, nowMs)}`}
        {session.ip !== null && ` · ${session.ip}`}
      </p>
    </div>
  );
}
