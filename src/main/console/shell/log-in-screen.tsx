// The operator's log-in: password or passkey, and the second step where the account has one.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { LoggedIn, SecondFactorNeeded } from '../../client/index.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Door } from './door.tsx';
import { LogInForm } from './log-in-form.tsx';
import { applicationIn, firstOperatorQuery, operatorKey, operatorQuery, settingsQuery } from './operator.ts';
import { SecondStep } from './second-step.tsx';

type Asked = SecondFactorNeeded['secondFactor'];

export function LogInScreen() {
  const firstOperator = useQuery(firstOperatorQuery());
  const settings = useQuery(settingsQuery());
  const cache = useQueryClient();
  const [asked, setAsked] = useState<Asked | null>(null);
  useLeaveLoggedIn();
  const proceed = (answer: LoggedIn) => {
    if ('secondFactor' in answer) setAsked(answer.secondFactor);
    // The effect above goes on as soon as somebody is known to be logged in.
    else
      cache.setQueryData(operatorKey(), {
        user: answer.user,
        session: answer.session,
        impersonator: null,
        mustChangePassword: false,
      });
  };

  if (firstOperator.data?.needed) return <FirstOperatorNeeded />;
  if (asked !== null) {
    return (
      <Door title="One more step">
        <SecondStep
          key={asked.challenge}
          asked={asked}
          application={applicationIn(settings.data)}
          onAnswer={proceed}
          onStartAgain={() => setAsked(null)}
        />
      </Door>
    );
  }
  return (
    <Door title="Log in">
      {firstOperator.isError && (
        <ProblemNotice error={firstOperator.error} onRetry={() => void firstOperator.refetch()} />
      )}
      <LogInForm hasPasskeys={settings.data?.passkeys ?? false} onAnswer={proceed} />
    </Door>
  );
}

/** Goes where one wanted to be, once somebody is logged in. */
function useLeaveLoggedIn(): void {
  const { next } = useSearch({ from: '/log-in' });
  const navigate = useNavigate();
  const router = useRouter();
  const operator = useQuery(operatorQuery());
  const isLoggedIn = Boolean(operator.data);
  useEffect(() => {
    if (!isLoggedIn) return;
    if (next) router.history.replace(`/console${next}`);
    else void navigate({ to: '/', replace: true });
  }, [isLoggedIn, next, router, navigate]);
}

function FirstOperatorNeeded() {
  return (
    <Door title="This server has no operator yet">
      <p className="soft">
        When it started, it printed a link in its terminal that makes the first operator’s account. Open that link; it
        works once, so that only whoever started the server can use it.
      </p>
      <p className="soft">
        No terminal at hand? On the server, <code>aquifer user create --operator --email you@example.com</code> does the
        same.
      </p>
    </Door>
  );
}
