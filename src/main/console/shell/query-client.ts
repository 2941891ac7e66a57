// The cache of what the server said, and what to do when it says that the session is over.
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ProblemError } from '../../client/index.ts';
import { operatorKey } from './operator.ts';

/** Long enough to go back and forth between screens without a new request for each step. */
const FRESH_FOR_MS = 5000;

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEndOfSession }),
  mutationCache: new MutationCache({ onError: noticeEndOfSession }),
  defaultOptions: {
    queries: {
      staleTime: FRESH_FOR_MS,
      retry: (failures, error) => failures < 2 && isWorthRetrying(error),
      retryDelay: (failures, error) => {
        const asked = error instanceof ProblemError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
        return Math.max(asked, 400 * 2 ** failures) * (0.75 + Math.random() * 0.5);
      },
    },
  },
});

/**
 * Whatever learns first that the session has ended, the frame then leads to the log-in. An operator who may do nothing
 * before there is a second factor is led to where it is set up, and back.
 */
function noticeEndOfSession(error: unknown): void {
  if (!(error instanceof ProblemError)) return;
  if (error.status === 401) queryClient.setQueryData(operatorKey(), null);
  if (error.code !== 'second_factor_setup_required') return;
  const here = location.pathname + location.search;
  location.assign(`/accounts/set-up-factor?next=${encodeURIComponent(here)}`);
}

/** A refusal stays a refusal; only the lack of an answer may pass. A server under stress is not asked again. */
function isWorthRetrying(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 0;
}
