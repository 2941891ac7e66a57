// What the wall page says first: whether users are hurt, then why; the pool's own sentence where nobody is.
import type { LiveView, PoolSnapshot } from '../../client/index.ts';
import { countWords, plural } from '../components/number-words.ts';
import { absoluteTime } from '../components/time-words.ts';
import { poolState } from '../well/lane-state.ts';
import { poolSentence } from '../well/words.ts';

export interface LiveHead {
  readonly title: string;
  readonly note: string;
  readonly state: 'waiting' | 'stale' | 'calm' | 'touched' | 'hurt';
}

interface Known {
  readonly live: LiveView | null;
  readonly pool: PoolSnapshot | null;
  readonly isStale: boolean;
}

export function liveHead(known: Known, nowMs: number): LiveHead {
  const { isStale, live, pool } = known;
  if (isStale) return staleHead(live?.at ?? pool?.at ?? null, nowMs);
  if (pool === null && live === null) {
    return { title: 'Looking into the well', note: 'The first figures come in a second.', state: 'waiting' };
  }
  const sentence = pool ? poolSentence(pool) : '';
  if (live && live.users.hurt > 0) {
    return { title: hurtWords(live.users.hurt), note: live.incident?.title ?? sentence, state: 'hurt' };
  }
  const state = pool ? poolState(pool) : 'calm';
  const isRefusing = state === 'refusing';
  return {
    title: sentence || 'Nobody is hurt.',
    note: live && !isRefusing ? `Nobody is hurt. ${activeWords(live.users.active)}` : '',
    state: isRefusing ? 'hurt' : state,
  };
}

function staleHead(at: string | null, nowMs: number): LiveHead {
  if (at === null) {
    return { title: 'The server does not answer.', note: 'Nothing is known of it. Asking again.', state: 'stale' };
  }
  return {
    title: 'The server is out of sight.',
    note: `This is how it stood ${absoluteTime(at, nowMs)}. Connecting again.`,
    state: 'stale',
  };
}

function hurtWords(hurt: number): string {
  return `${plural(hurt, 'user is', 'users are')} hurt now.`;
}

function activeWords(active: number): string {
  if (active === 0) return 'Nobody asked for anything in the last minute.';
  return `${plural(active, 'user', 'users')} in the last minute.`;
}

/** Beside the number of those who are hurt: of how many. */
export function hurtNote({ active, hurt }: LiveView['users']): string {
  if (active === 0) return 'nobody asked for anything in the last minute';
  if (hurt === 0) return `of ${countWords(active)} in the last minute`;
  const share = Math.min(1, hurt / active);
  return `of ${countWords(active)} in the last minute, ${shareWords(share)}`;
}

/** "less than 1 %", "12 %". */
export function shareWords(share: number): string {
  if (share <= 0) return '0 %';
  if (share < 0.01) return 'less than 1 %';
  if (share > 0.99 && share < 1) return '99 %';
  return `${Math.round(share * 100)} %`;
}

/** A rate for a column whose header says "per second": one digit after the point only where it means something. */
export function rateWords(perSecond: number): string {
  if (perSecond === 0) return '0';
  if (perSecond < 0.1) return 'under 0.1';
  return perSecond < 10 ? perSecond.toFixed(1) : countWords(Math.round(perSecond));
}
