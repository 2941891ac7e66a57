/** The audit trail as the rest of the server sees it: what runs beside it, and what a command asks of it. */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { AppError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Sealer } from '../../foundation/sealing.ts';
import type { PeriodicService } from '../../foundation/service.ts';
import type { RequestContext, Route } from '../../http/index.ts';
import { type ExportSpan, exportTrail } from './export-trail.ts';
import { noteAudit, noteAuditAlone } from './note.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { createAuditRetention } from './retention.ts';
import { createAuditSealing } from './seal-events.ts';
import { type TrailReport, type VerifyOptions, verifyTrail } from './verify-trail.ts';
import { watchRoutes } from './watch-routes.ts';

export { readHead, writeHead } from './chain.ts';
export type { ExportSpan } from './export-trail.ts';
export type { AuditNote } from './note.ts';
export type { Fault, TrailReport } from './verify-trail.ts';

export interface AuditTrail {
  readonly refusals: Refusals;
  readonly services: PeriodicService[];
  /** For other features' routes: what operators change by them is noted. */
  watch(routes: readonly Route[]): Route[];
  /** For the HTTP layer: somebody known was refused. Nothing waits for it. */
  noteDenied(context: RequestContext, error: AppError): void;
  verify(options: Pick<VerifyOptions, 'expected' | 'onProgress' | 'signal'>): Promise<TrailReport>;
  /** For the command line: that the trail was taken out of the database. */
  noteExport(span: ExportSpan): Promise<void>;
  /** Some lines at a time; returns how many events there were. */
  export(span: ExportSpan, signal: AbortSignal): AsyncGenerator<string, number>;
}

export interface AuditTrailOptions {
  readonly database: Database;
  readonly sealer: Sealer;
  readonly logger: Logger;
  readonly clock: Clock;
  /** How long an event is kept. */
  readonly keepMs: number;
}

/** What asks for one more step is no attempt at what one may not. */
const ORDINARY = new Set(['step_up_required', 'second_factor_setup_required']);

export function createAuditTrail({ database, sealer, logger, clock, keepMs }: AuditTrailOptions): AuditTrail {
  const refusals = createRefusals({ database, clock, logger });
  return {
    refusals,
    services: [
      refusals.service,
      createAuditSealing({ database, sealer, logger }),
      createAuditRetention({ database, sealer, logger, keepMs }),
    ],
    watch: (routes) =>
      watchRoutes(routes, (context, note) =>
        noteAuditAlone(database, context, note).catch((error: unknown) => {
          // A rescue from an overload must not fail because it cannot be noted just now.
          logger.warn({ err: error, requestId: context.requestId }, 'what an operator changed is noted a little later');
          refusals.later(context, note);
        }),
      ),
    noteDenied(context, { code }) {
      const { caller, route } = context;
      if (!caller || ORDINARY.has(code)) return;
      refusals.note(context, {
        key: `${caller.userId} ${code} ${route}`,
        action: 'access.denied',
        subject: { kind: 'route', id: route },
        details: { code },
      });
    },
    verify: (options) => verifyTrail({ ...options, database, sealer }),
    async noteExport({ from = null, to = null }) {
      const subject = { kind: 'audit_trail', id: null };
      const query = database.query.bind(database);
      const note = { action: 'audit_trail.exported', subject, details: { from, to } };
      await noteAudit((statement, params) => query(statement, params), null, note);
    },
    export: (span, signal) => exportTrail(database, span, { signal }),
  };
}
