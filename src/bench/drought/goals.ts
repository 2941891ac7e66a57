/** What issue and outage ask of Aquifer in each drought, and whether a run came up to it. */

import { CALM_FACTORS, type Times } from './figures.ts';
import type { Kind } from './kinds.ts';
import type { ServerRun } from './run.ts';
import { milliseconds, percent, seconds } from './words.ts';

export interface Goal {
  what: string;
  wanted: string;
  got: string;
  isMet: boolean;
}

const LOG_INS_LEAST: Readonly<Record<Kind, number>> = { sleep: 1, cpu: 0.999, lock: 1 };
const DETECTED_MS = 1_000;
const NAMED_MS = 3_000;
const CONTAINED_MS = 5_000;
const NORMAL_MS = 2_000;

export function judgeGoals(run: ServerRun): Goal[] {
  const { kind, figures } = run;
  const { succeeded, users, reports } = figures;
  const unexplained = reports.failed + reports.silent;
  return [
    goal('log-ins that succeeded', LOG_INS_LEAST[kind] === 1 ? '100 %' : `≥ ${percent(LOG_INS_LEAST[kind])}`, {
      got: percent(succeeded.logIn),
      isMet: succeeded.logIn >= LOG_INS_LEAST[kind],
    }),
    // In `cpu` no figure is asked for: the database itself is short of breath.
    ...(kind === 'cpu' ? [] : [goal('users hurt', '0 %', { got: percent(users.share), isMet: users.hurt === 0 })]),
    slowness('p99 of log-ins', figures.logIn, kind),
    slowness('p99 of own reads', figures.read, kind),
    within('detected', run.detectedMs, DETECTED_MS),
    within('cause named, rightly', run.namedMs, NAMED_MS),
    within('contained', figures.containedMs, CONTAINED_MS),
    within('to normal after the storm', figures.normalMs, NORMAL_MS),
    goal('reports without an answer or a reason', '0', {
      got: `${unexplained} of ${reports.asked}`,
      isMet: unexplained === 0,
    }),
    ...judgeIncidents(run),
  ];
}

/** One drought is one incident, and the postmortem that it writes by itself tells it. */
function judgeIncidents({ incidents }: ServerRun): Goal[] {
  if (!incidents) return [];
  const written = incidents.filter(({ postmortem }) => postmortem !== null).length;
  return [
    goal('incidents opened, with a postmortem', '1', {
      got: written === incidents.length ? `${written}` : `${incidents.length}, ${written} with a postmortem`,
      isMet: incidents.length === 1 && written === 1,
    }),
  ];
}

function goal(what: string, wanted: string, { got, isMet }: Pick<Goal, 'got' | 'isMet'>): Goal {
  return { what, wanted, got, isMet };
}

function within(what: string, ms: number | null, mostMs: number): Goal {
  return goal(what, `≤ ${seconds(mostMs)}`, { got: seconds(ms), isMet: ms !== null && ms <= mostMs });
}

function slowness(what: string, times: Record<'calm' | 'drought', Times>, kind: Kind): Goal {
  const factor = CALM_FACTORS[kind];
  const ratio = times.drought.p99Ms / times.calm.p99Ms;
  return goal(what, `≤ ${factor} × calm`, {
    got: `${ratio.toFixed(1)} × (${milliseconds(times.drought.p99Ms)} against ${milliseconds(times.calm.p99Ms)})`,
    isMet: ratio <= factor,
  });
}
