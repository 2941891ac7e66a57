/** The recorded schedule of arrivals, and how it is sent: the same for every server. */

import {
  createSchedule,
  type LoadShape,
  type RunResult,
  runSchedule,
  type Schedule,
} from '../../main/loadtest/index.ts';
import type { Contestant } from './contestant.ts';
import { PATIENCE_MS } from './exchange.ts';
import { type PhaseLengths, phaseNames, RATES } from './phases.ts';

/** After the schedule's end every request of a user is over; the reports had that long and more. */
const DRAIN_MS = 10_250;

export function createDroughtSchedule(seed: number, lengths: PhaseLengths, users: number): Schedule {
  const { report, ...ofUsers } = RATES;
  const phases = phaseNames.map((name) => ({
    name,
    durationMs: lengths[name] * 1_000,
    rates: name === 'drought' ? { ...ofUsers, report } : ofUsers,
  }));
  return createSchedule({ seed, users, streams: { logIn: {}, read: {}, report: {} }, phases });
}

/** Three seconds of ordinary traffic, which nobody counts: both servers compile what they run, and open connections. */
export function createWarmUp(seed: number, users: number): Schedule {
  const { report: _, ...rates } = RATES;
  const shape: LoadShape = {
    seed,
    users,
    streams: { logIn: {}, read: {}, report: {} },
    phases: [{ name: 'warm-up', durationMs: 3_000, rates }],
  };
  return createSchedule(shape);
}

export interface Sending {
  schedule: Schedule;
  contestant: Pick<Contestant, 'adapterPath'>;
  url: string;
  parameters: Record<string, unknown>;
  signal: AbortSignal;
  allowOtherMachines?: boolean;
  onPhase?: (phase: string, startedAtEpochMs: number) => void;
  onProgress?: (atMs: number) => void;
}

/** Ends soon after the schedule does, with whoever still waits then counted as unanswered by `readExchanges`. */
export async function send({ schedule, contestant, url, ...given }: Sending): Promise<RunResult> {
  const enough = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await runSchedule({
      schedule,
      adapter: contestant.adapterPath,
      baseUrl: url,
      timeoutMs: PATIENCE_MS,
      records: true,
      parameters: given.parameters,
      allowOtherMachines: given.allowOtherMachines ?? false,
      signal: AbortSignal.any([given.signal, enough.signal]),
      onPhase({ name, startedAtEpochMs }) {
        timer ??= setTimeout(() => enough.abort(), startedAtEpochMs + schedule.durationMs + DRAIN_MS - Date.now());
        given.onPhase?.(name, startedAtEpochMs);
      },
      onProgress: ({ atMs }) => given.onProgress?.(atMs),
    });
  } finally {
    clearTimeout(timer);
  }
}
