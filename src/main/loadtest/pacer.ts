/**
 * Calls `send` when the next request is due, to a fraction of a millisecond, and blocks nothing: a timer while that is
 * more than 2 ms away, turns of the event loop below. A timer alone is late by up to a millisecond or more.
 */

export interface PacerSource {
  /** When the next request is due, in milliseconds since the start; undefined when there is none yet. */
  nextDueMs(): number | undefined;
  /** Sends the one that is due. */
  send(): void;
}

export interface Pacer {
  /** Looks again: something became due that was not known before. */
  wake(): void;
  stop(): void;
  /** Milliseconds spent on turns that only waited for the next instant: idle time, though the thread looks busy. */
  idleTurnsMs(): number;
}

const TIMER_ABOVE_MS = 2;
/** A timer may fire this much late, so it is set this much early. */
const TIMER_EARLY_MS = 1.25;
/** After a stall many are due at once; between these bunches the answers that have come are read. */
const MAX_PER_TURN = 32;
/** 999 in 1,000 turns that find nothing to do take less than 4 µs. A longer one did other work, or lacked the processor. */
const EMPTY_TURN_MAX_MS = 0.01;

/** @param nowMs milliseconds since the start */
export function createPacer(source: PacerSource, nowMs: () => number): Pacer {
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;
  let isStopped = false;
  let idleMs = 0;
  let turnEndedMs = Number.NEGATIVE_INFINITY;

  const look = () => {
    timer = undefined;
    turn = undefined;
    const startedMs = nowMs();
    if (startedMs - turnEndedMs < EMPTY_TURN_MAX_MS) idleMs += startedMs - turnEndedMs;
    const sent = sendDue();
    if (isStopped) return;
    const dueMs = source.nextDueMs();
    turnEndedMs = Number.NEGATIVE_INFINITY;
    if (dueMs === undefined) return;
    const remainingMs = dueMs - nowMs();
    if (remainingMs > TIMER_ABOVE_MS) {
      timer = setTimeout(look, Math.max(1, Math.floor(remainingMs - TIMER_EARLY_MS)));
    } else {
      turn = setImmediate(look);
      if (sent === 0) turnEndedMs = startedMs;
    }
  };
  const sendDue = () => {
    let sent = 0;
    for (let due = source.nextDueMs(); due !== undefined && sent < MAX_PER_TURN; due = source.nextDueMs()) {
      if (due > nowMs()) break;
      source.send();
      sent += 1;
    }
    return sent;
  };

  return {
    wake() {
      if (isStopped || turn) return;
      clearTimeout(timer);
      look();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
      clearImmediate(turn);
    },
    idleTurnsMs: () => idleMs,
  };
}
