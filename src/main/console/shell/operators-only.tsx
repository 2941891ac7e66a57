// The door before every screen of an operator: who is not logged in is led to the log-in, and back.
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import type { User } from '../../client/index.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { LinesSkeleton } from '../components/skeleton.tsx';
import { Door } from './door.tsx';
import { NotAnOperator } from './not-an-operator.tsx';
import { operatorQuery } from './operator.ts';

export function OperatorsOnly({ children }: { readonly children: (operator: User) => ReactNode }) {
  const operator = useQuery(operatorQuery());

  if (operator.data === undefined) {
    return operator.isError ? (
      <Door title="Aquifer">
        <ProblemNotice error={operator.error} onRetry={() => void operator.refetch()} />
      </Door>
    ) : (
      <div className="frame-waiting">
        <LinesSkeleton />
      </div>
    );
  }
  if (operator.data === null) return <ToLogIn />;
  if (operator.data.user.role !== 'operator') return <NotAnOperator user={operator.data.user} />;
  return children(operator.data.user);
}

/** Goes to the log-in once, remembering where one wanted to be. */
function ToLogIn() {
  const router = useRouter();
  useEffect(() => {
    const { href } = router.state.location;
    void router.navigate({ to: '/log-in', search: href === '/' ? {} : { next: href }, replace: true });
  }, [router]);
  return null;
}
