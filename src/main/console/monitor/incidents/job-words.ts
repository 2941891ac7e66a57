// How far an index is, in a few words.
import type { IndexJob } from '../../../client/index.ts';

export function jobTone({ state }: Pick<IndexJob, 'state'>): 'plain' | 'good' | 'warn' | 'bad' {
  if (state === 'done') return 'good';
  return state === 'failed' ? 'bad' : state === 'running' ? 'warn' : 'plain';
}

/** "Building index, 42 %", "Made", "Not made", "Stopped". */
export function jobWords({ phase, share, state }: Pick<IndexJob, 'phase' | 'share' | 'state'>): string {
  if (state === 'done') return 'Made';
  if (state === 'failed') return 'Not made';
  if (state === 'cancelled') return 'Stopped';
  const words = phase === '' ? 'Being made' : phase.charAt(0).toUpperCase() + phase.slice(1);
  return share === null ? words : `${words}, ${Math.floor(share * 100)} %`;
}
