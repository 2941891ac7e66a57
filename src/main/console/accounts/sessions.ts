// All sessions of all users.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

const SESSIONS_PER_PAGE = 50;

export const sessionsQuery = (cursor: string | undefined) =>
  queryOptions({
    queryKey: ['sessions', 'all', cursor ?? ''],
    queryFn: ({ signal }) => api.accounts.operator.listAllSessions({ cursor, limit: SESSIONS_PER_PAGE }, signal),
    placeholderData: keepPreviousData,
  });
