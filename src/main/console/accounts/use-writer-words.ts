// Looks up the addresses of those who wrote or did something, each once for all places that name them.
import { useQueries } from '@tanstack/react-query';
import { userQuery } from './users.ts';
import { userIdsIn, writerWords } from './writer-words.ts';

const KEPT_FOR_MS = 600_000;

/** @returns words for each of them; a user who is gone is told by the end of the id */
export function useWriterWords(writers: readonly (string | null)[]): (writer: string) => string {
  const ids = userIdsIn(writers);
  const answers = useQueries({
    queries: ids.map((id) => ({ ...userQuery(id), staleTime: KEPT_FOR_MS, retry: false })),
  });
  const addresses = new Map(answers.flatMap(({ data }) => (data ? [[data.id, data.email] as const] : [])));
  return (writer) => writerWords(writer, addresses);
}
