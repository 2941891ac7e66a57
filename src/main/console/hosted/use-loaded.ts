// Something a page needs from the server before it can be shown.
import { useCallback, useEffect, useState } from 'react';

export interface Loading<Data> {
  readonly data: Data | null;
  readonly error: unknown;
  readonly reload: () => void;
}

/** @param load must be the same function as long as it means the same */
export function useLoaded<Data>(load: (signal: AbortSignal) => Promise<Data>): Loading<Data> {
  const [data, setData] = useState<Data | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const end = new AbortController();
    setError(null);
    load(end.signal).then(
      (answer) => {
        if (!end.signal.aborted) setData(answer);
      },
      (cause: unknown) => {
        if (!end.signal.aborted) setError(cause);
      },
    );
    return () => end.abort();
  }, [load, attempt]);

  return { data, error, reload: useCallback(() => setAttempt((number) => number + 1), []) };
}
