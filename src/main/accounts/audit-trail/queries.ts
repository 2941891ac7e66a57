/** SQL on the audit trail. */

import { statement } from '../../database/index.ts';

export const insertAuditEvent = statement<
  [
    id: string,
    action: string,
    actorKind: string,
    actorId: string | null,
    subjectKind: string,
    subjectId: string | null,
    outcome: string,
    sessionId: string | null,
    ip: string | null,
    userAgent: string | null,
    requestId: string | null,
    details: string,
  ],
  { id: string }
>({
  name: 'accounts.insertAuditEvent',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.audit_events
      (id, action, actor_kind, actor_id, subject_kind, subject_id, outcome, session_id, ip, user_agent, request_id, details)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb)
    returning id`,
});
