// The audit trail as operators see it: the calls, and what a filter in the address means.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../../api.ts';

const EVENTS_PER_PAGE = 50;
const LIVE_MS = 2_000;
const DAY_MS = 86_400_000;

export interface AuditSearch {
  readonly user?: string;
  readonly action?: string;
  readonly span?: AuditSpan;
}

export const auditSpans = [
  { value: 'hour', label: 'The last hour', ms: DAY_MS / 24 },
  { value: 'day', label: 'The last 24 hours', ms: DAY_MS },
  { value: 'week', label: 'The last 7 days', ms: 7 * DAY_MS },
  { value: 'month', label: 'The last 30 days', ms: 30 * DAY_MS },
] as const;

export type AuditSpan = (typeof auditSpans)[number]['value'];

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const actionName = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/;

/** What of an address is a filter; the rest is left out. */
export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const { user, action, span } = search;
  const known = auditSpans.find(({ value }) => value === span);
  return {
    ...(typeof user === 'string' && uuid.test(user) ? { user } : {}),
    ...(typeof action === 'string' && actionName.test(action) ? { action } : {}),
    ...(known ? { span: known.value } : {}),
  };
}

/** When the span begins, to the minute, so that pages of one list agree; undefined for all that is kept. */
export function spanStart(span: AuditSpan | undefined, nowMs: number): string | undefined {
  const known = auditSpans.find(({ value }) => value === span);
  if (!known) return undefined;
  return new Date(Math.floor((nowMs - known.ms) / 60_000) * 60_000).toISOString();
}

export const auditKey = () => ['audit'] as const;

/** @param isLive asks again every two seconds: for the first page alone */
export const auditQuery = ({ user, action, span }: AuditSearch, cursor: string | undefined, isLive: boolean) =>
  queryOptions({
    queryKey: [...auditKey(), 'list', user ?? '', action ?? '', span ?? '', cursor ?? ''],
    queryFn: ({ signal }) =>
      api.accounts.audit.list(
        { user, action, from: spanStart(span, Date.now()), cursor, limit: EVENTS_PER_PAGE },
        signal,
      ),
    placeholderData: keepPreviousData,
    refetchInterval: isLive && cursor === undefined ? LIVE_MS : false,
  });

export const auditStateQuery = (isLive: boolean) =>
  queryOptions({
    queryKey: [...auditKey(), 'state'],
    queryFn: ({ signal }) => api.accounts.audit.state(signal),
    refetchInterval: isLive ? LIVE_MS : false,
  });
