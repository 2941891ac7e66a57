/** Plants. */
import type { Naming } from '../verdict.ts';

export interface CausesResult {
  named: number;
  planted: {
    id: string;
    title: string;
    naming: Naming;
    detectedMs: number | null;
    namedMs: number | null;
    startedAfterFault: string | null;
  }[];
}

import type { Progress } from '../progress.ts';
import type { Ground } from '../set-up.ts';
export async function plantAll(_: {
  ground: Ground;
  seed: number;
  signal: AbortSignal;
  progress: Progress;
}): Promise<CausesResult> {
  return { named: 0, planted: [] };
}
