// The audit trail: one's own, and everybody's for operators.
import type { AuditEvent, AuditState } from '../accounts/audit-trail/schema.ts';
import type { Page, PageRequest } from './page.ts';
import type { Transport } from './transport.ts';

export type { AuditEvent, AuditState };

export interface AuditRequest extends PageRequest {
  /** Done by this user, or to him. */
  readonly user?: string | undefined;
  /** Exactly this one, such as `log_in.succeeded`. */
  readonly action?: string | undefined;
  /** ISO 8601. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const base = '/v1/accounts';

interface Answer {
  readonly events: AuditEvent[];
  readonly nextCursor: string | null;
}

/** `client.accounts.audit`. Newest first. */
export function createAuditClient({ send }: Transport) {
  const page = async (path: string, request: AuditRequest, signal?: AbortSignal): Promise<Page<AuditEvent>> => {
    const { events, nextCursor } = await send<Answer>('GET', path, { query: { ...request }, signal });
    return { items: events, nextCursor };
  };
  return {
    listOwn: (request: PageRequest = {}, signal?: AbortSignal) => page(`${base}/me/audit`, request, signal),
    /** Operators. */
    list: (request: AuditRequest = {}, signal?: AbortSignal) => page(`${base}/audit`, request, signal),
    /** Operators: how far the chain is sealed. */
    state: (signal?: AbortSignal) => send<AuditState>('GET', `${base}/audit/state`, { signal }),
    /** Operators: where a browser downloads all of a span, as one JSON object a line. */
    exportPath({ from, to }: Pick<AuditRequest, 'from' | 'to'> = {}): string {
      const query = new URLSearchParams({ ...(from ? { from } : {}), ...(to ? { to } : {}) });
      return `${base}/audit/export${query.size === 0 ? '' : `?${query}`}`;
    },
  };
}
