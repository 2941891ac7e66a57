// The development mailbox: what would have been sent.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

const MAILS_PER_PAGE = 50;

export const mailsKey = () => ['mails'] as const;

export const mailsQuery = (cursor: string | undefined) =>
  queryOptions({
    queryKey: [...mailsKey(), 'list', cursor ?? ''],
    queryFn: ({ signal }) => api.accounts.operator.listMails({ cursor, limit: MAILS_PER_PAGE }, signal),
    placeholderData: keepPreviousData,
    // One waits for a mail while looking at this list.
    refetchInterval: 3000,
  });

export const mailQuery = (id: string) =>
  queryOptions({
    queryKey: [...mailsKey(), 'one', id],
    queryFn: ({ signal }) => api.accounts.operator.getMail(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
