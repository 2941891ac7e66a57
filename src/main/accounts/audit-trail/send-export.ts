/** The export over HTTP: a download that is written while the trail is read. */

import { Readable } from 'node:stream';
import type { RouteInput, RouteSchema } from '../../http/index.ts';
import type { AccountsParts } from '../parts.ts';
import { exportTrail } from './export-trail.ts';
import { noteAuditAlone } from './note.ts';
import type { AuditExportQuery } from './schema.ts';

/** Answers by itself. That it was taken is noted before the first line goes. */
export async function sendExport(
  { database }: Pick<AccountsParts, 'database'>,
  { query, context, reply }: Pick<RouteInput<RouteSchema>, 'context' | 'reply'> & { query: AuditExportQuery },
): Promise<undefined> {
  const details = { from: query.from ?? null, to: query.to ?? null };
  await noteAuditAlone(database, context, {
    action: 'audit_trail.exported',
    subject: { kind: 'audit_trail', id: null },
    details,
  });
  reply.header('content-disposition', 'attachment; filename="audit-trail.ndjson"');
  reply.type('application/x-ndjson; charset=utf-8');
  await reply.send(Readable.from(exportTrail(database, query, context), { objectMode: false }));
}
