/**
 * Notes what was refused, such as a wrong password, without letting whoever is refused fill the trail: of one kind and one
 * subject the first is written and the others of the next ten minutes are counted; of all together a few a second are
 * written. Nothing waits for it, so that no answer's time tells what was noted; what is not written yet when a process dies
 * is lost.
 */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type PeriodicService } from '../../foundation/service.ts';
import type { RequestContext } from '../../http/index.ts';
import { type AuditNote, noteAudit } from './note.ts';

export interface Refusal extends Omit<AuditNote, 'outcome'> {
  /** Of whom it is, such as a user's id or a network: what is counted together with the action. */
  readonly key: string;
}

export interface Refusals {
  note(context: RequestContext, refusal: Refusal): void;
  /** Writes a note as soon as it can, where it could not be written at once. */
  later(context: RequestContext, note: AuditNote): void;
  /** Writes them. */
  readonly service: PeriodicService;
}

export interface RefusalsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Where = Pick<RequestContext, 'requestId' | 'ip' | 'userAgent' | 'caller'>;

interface Waiting {
  readonly where: Where;
  readonly note: AuditNote;
}

interface Span extends Waiting {
  readonly endsAtMs: number;
  /** Those that came after the first and were not written. */
  more: number;
}

const INTERVAL_MS = 1_000;
const SPAN_MS = 10 * 60_000;
/** Written in one run. */
const BATCH = 20;
const MAX_WAITING = 200;
/** Kinds and subjects that are counted at once; beyond it the oldest are written down early. */
const MAX_SPANS = 5_000;

export function createRefusals({ database, clock, logger }: RefusalsOptions): Refusals {
  const spans = new Map<string, Span>();
  const waiting: Waiting[] = [];

  const enqueue = (one: Waiting): void => {
    if (waiting.length < MAX_WAITING) waiting.push(one);
  };
  const close = (name: string, { where, note, more }: Span): void => {
    spans.delete(name);
    if (more > 0) enqueue({ where, note: { ...note, details: { ...note.details, more } } });
  };
  const closeEnded = (): void => {
    // In the order of their beginning, which is that of their end.
    for (const [name, span] of spans) {
      if (span.endsAtMs > clock.monotonicMs()) return;
      close(name, span);
    }
  };
  const flush = async (): Promise<void> => {
    closeEnded();
    const query = database.query.bind(database);
    for (let written = 0; written < BATCH && waiting[0]; written += 1) {
      const { where, note } = waiting[0];
      await noteAudit((statement, params) => query(statement, params), where, note);
      waiting.shift();
    }
  };
  const service = createPeriodicService({ name: 'audit refusals', intervalMs: INTERVAL_MS, run: flush, logger });

  return {
    note(context, { key, ...given }) {
      const name = `${given.action}\n${key}`;
      const known = spans.get(name);
      if (known && known.endsAtMs > clock.monotonicMs()) {
        known.more += 1;
        return;
      }
      if (known) close(name, known);
      const [oldest] = spans.size >= MAX_SPANS ? spans : [];
      if (oldest) close(...oldest);
      const note: AuditNote = { ...given, outcome: 'refused' };
      const { requestId, ip, userAgent, caller } = context;
      const where = { requestId, ip, userAgent, caller };
      spans.set(name, { where, note, endsAtMs: clock.monotonicMs() + SPAN_MS, more: 0 });
      enqueue({ where, note });
    },
    later(context, note) {
      const { requestId, ip, userAgent, caller } = context;
      enqueue({ where: { requestId, ip, userAgent, caller }, note });
    },
    service: {
      ...service,
      async stop() {
        await service.stop();
        await flush().catch((error: unknown) => logger.warn({ err: error }, 'not all refusals were noted'));
      },
    },
  };
}
