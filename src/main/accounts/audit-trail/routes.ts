/** The endpoints of the audit trail. */

import { type Route, type RouteSchema, route } from '../../http/index.ts';
import type { AccountsParts } from '../parts.ts';
import { findEvents, findOwnEvents, readState } from './read.ts';
import * as shape from './schema.ts';
import { sendExport } from './send-export.ts';

const base = '/v1/accounts';
/** It is sent while it is read; each page has a deadline of its own. */
const EXPORT_DEADLINE_MS = 600_000;

const list = {
  summary: 'The audit trail, newest first',
  query: shape.AuditQuery,
  response: { 200: shape.AuditPage },
  errors: ['invalid_cursor'],
} as const satisfies RouteSchema;

const listOwn = {
  summary: 'What one did, and what was done to one’s account',
  description: 'Of what others did, it is left out who they are and from where.',
  query: shape.OwnAuditQuery,
  response: { 200: shape.AuditPage },
  errors: ['invalid_cursor'],
} as const satisfies RouteSchema;

const state = {
  summary: 'How far the audit trail is sealed',
  description: 'Number and hash of its last link, kept elsewhere, prove later that nothing before it was changed.',
  response: { 200: shape.AuditState },
} as const satisfies RouteSchema;

const exported = {
  summary: 'The audit trail as one JSON object a line, oldest first',
  description: 'As application/x-ndjson, each event with its number and hash in the chain.',
  query: shape.AuditExportQuery,
  response: { 200: null },
} as const satisfies RouteSchema;

export function createAuditRoutes(parts: AccountsParts): Route[] {
  const may = { access: 'operator', permission: 'audit.read' } as const;
  return [
    route('GET', `${base}/me/audit`, { access: 'user', schema: listOwn }, ({ query, caller, context }) =>
      findOwnEvents(parts, query, { caller, context }),
    ),
    route('GET', `${base}/audit`, { ...may, schema: list }, ({ query, context }) => findEvents(parts, query, context)),
    route('GET', `${base}/audit/state`, { ...may, schema: state }, ({ context }) => readState(parts, context)),
    route('GET', `${base}/audit/export`, { ...may, deadlineMs: EXPORT_DEADLINE_MS, schema: exported }, (visit) =>
      sendExport(parts, visit),
    ),
  ];
}
