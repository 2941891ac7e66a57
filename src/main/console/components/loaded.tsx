// What a screen shows of a query: its shape while it comes, its error, or its data, even when it could not be renewed.
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemNotice } from './problem-notice.tsx';
import './loaded.css';

interface LoadedProps<Data> {
  readonly query: UseQueryResult<Data>;
  readonly skeleton: ReactNode;
  readonly children: (data: Data) => ReactNode;
}

export function Loaded<Data>({ query, skeleton, children }: LoadedProps<Data>) {
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    return query.isError ? <ProblemNotice error={query.error} onRetry={retry} /> : skeleton;
  }
  return (
    <div className="loaded" data-dim={query.isPlaceholderData || undefined}>
      {query.isError && <ProblemNotice error={query.error} onRetry={retry} />}
      {children(query.data)}
    </div>
  );
}
