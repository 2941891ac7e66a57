/** Sessions in words, for the journal. Nothing of a statement but its name or its shape. */

import type { SeenSession } from './seen-session.ts';

/** "Pid 812 (psql, idle in transaction for 42 s)". */
export function describeSession({ ageMs, applicationName, lane, pid, state, statement }: SeenSession): string {
  const whose = lane === null ? applicationName || 'a program without a name' : `lane ${lane}`;
  const what = state === 'active' ? `${statement} for ${inWords(ageMs)}` : `${state} for ${inWords(ageMs)}`;
  return `Pid ${pid} (${whose}, ${what})`;
}

/** " 5 sessions wait for it."; nothing where none does. */
export function describeVictims({ victims }: SeenSession): string {
  return victims === 0 ? '' : ` ${sessions(victims)} ${victims === 1 ? 'waits' : 'wait'} for it.`;
}

export function sessions(count: number): string {
  return `${count} ${count === 1 ? 'session' : 'sessions'}`;
}

function inWords(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
