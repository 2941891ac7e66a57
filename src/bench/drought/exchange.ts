/** One request of the schedule and what became of it, judged as drought.md judges: failed at 10 s or at a status of 400. */

import { failureAt, problemCodeAt, type RequestRecords, type Schedule } from '../../main/loadtest/index.ts';
import type { RequestType } from './phases.ts';

/** Counted from the scheduled instant. */
export const FAILED_AFTER_MS = 10_000;
/** How long the client stays for an answer that comes late; beyond that it was silence. */
export const PATIENCE_MS = 20_000;

export interface Exchange {
  type: RequestType;
  user: number;
  /** When it was due, from the run's start. */
  atMs: number;
  /** From the instant it was due to its end, whatever that was. */
  responseMs: number;
  /** 0 where no answer came. */
  status: number;
  isFailed: boolean;
  retryAfterSeconds: number | null;
  /** The code that the answer's body gave as its reason. */
  problemCode: string | null;
}

/** Every arrival of the schedule: those that have a record, and those that nobody had answered when the run was ended. */
export function readExchanges(records: RequestRecords, schedule: Schedule, endedAtMs: number): Exchange[] {
  const recorded = new Map<string, Exchange>();
  for (let index = 0; index < records.count; index += 1) {
    const exchange = toExchange(records, index);
    recorded.set(keyOf(exchange), exchange);
  }
  return Array.from({ length: schedule.size }, (_, index) => {
    const type = schedule.streams[schedule.stream[index] as number] as RequestType;
    const atMs = schedule.atMs[index] as number;
    const user = schedule.userIndex[index] as number;
    return recorded.get(keyOf({ type, atMs, user })) ?? unanswered({ type, atMs, user }, endedAtMs);
  });
}

type Asked = Pick<Exchange, 'type' | 'atMs' | 'user'>;

function keyOf({ type, atMs, user }: Asked): string {
  return `${type} ${atMs} ${user}`;
}

function unanswered(asked: Asked, endedAtMs: number): Exchange {
  const responseMs = Math.max(0, endedAtMs - asked.atMs);
  return { ...asked, responseMs, status: 0, isFailed: true, retryAfterSeconds: null, problemCode: null };
}

function toExchange(records: RequestRecords, index: number): Exchange {
  const atMs = records.scheduledAtMs[index] as number;
  const responseMs = (records.endedAtMs[index] as number) - atMs;
  const retryAfter = records.retryAfterSeconds[index] as number;
  const failure = failureAt(records, index);
  return {
    type: records.streams[records.stream[index] as number] as RequestType,
    user: records.userIndex[index] as number,
    atMs,
    responseMs,
    status: failure === 'timeout' ? 0 : (records.status[index] as number),
    isFailed: failure !== null || responseMs > FAILED_AFTER_MS,
    retryAfterSeconds: Number.isNaN(retryAfter) ? null : retryAfter,
    problemCode: problemCodeAt(records, index),
  };
}

export const isOfUser = ({ type }: Exchange): boolean => type !== 'report';

/** The value below which this share of the values lies, by nearest rank; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? 0;
}
