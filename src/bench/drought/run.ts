/** One server through one drought: started fresh, warmed, driven by the schedule, watched, and stopped. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Schedule } from '../../main/loadtest/index.ts';
import { type CauseWatch, type JournalEntry, watchCause } from './cause-watch.ts';
import type { Contestant } from './contestant.ts';
import { type Exchange, readExchanges } from './exchange.ts';
import { type Figures, firstReportMs, sumUp } from './figures.ts';
import { readIncidents, type SeenIncident } from './incident-reading.ts';
import { FORGOTTEN_PROGRAM, type Kind } from './kinds.ts';
import { createWarmUp, send } from './load.ts';
import { type ConnectionSample, clearLeftovers, startObserver } from './observer.ts';
import { type PhaseLengths, type PhaseName, phaseOf } from './phases.ts';
import type { Ground } from './set-up.ts';
import { prepareStorm } from './storm.ts';
import { type Expectation, judgeSightings, type Naming, type Sighting } from './verdict.ts';

export interface ServerRun {
  server: Contestant['id'];
  name: string;
  kind: Kind;
  /** Milliseconds since 1970, of the schedule's first instant. */
  startedAt: number;
  /** From the start. */
  firstReportMs: number;
  figures: Figures;
  /** What it said of the cause; null for a server that cannot be asked. */
  naming: Naming | null;
  /** From the first report; null where it did not come to pass. */
  detectedMs: number | null;
  namedMs: number | null;
  connections: ConnectionSample[];
  journal: JournalEntry[];
  /** What it opened by itself; null for a server that cannot be asked. */
  incidents: SeenIncident[] | null;
  /** Sentences on why the load generator's figures may not be believed; none as a rule. */
  invalidBecause: string[];
  /** Sessions that were still running when it had stopped, and were ended by the harness. */
  leftovers: number;
}

export interface RunOptions {
  contestant: Contestant;
  kind: Kind;
  ground: Ground;
  schedule: Schedule;
  lengths: PhaseLengths;
  signal: AbortSignal;
  onPhase: (phase: PhaseName) => void;
  onProgress: (atMs: number) => void;
  /** Given each request, as the figures are made of them. */
  onExchanges?: (exchanges: readonly Exchange[]) => void;
}

/** What Aquifer has to say in each drought to be right: the statement, who calls it, and why it is slow. */
export const expectations: Readonly<Record<Kind, Expectation>> = {
  sleep: { kinds: ['slow_statement'], statement: /pg_sleep/, route: 'GET /reports/sleep' },
  cpu: { kinds: ['missing_index'], statement: /regexp_replace/, route: 'GET /reports/cpu', relation: /orders/ },
  lock: {
    ...{ kinds: ['lock_held'], statement: /report_runs/, route: 'GET /reports/lock' },
    holder: { applicationName: FORGOTTEN_PROGRAM, isOurs: false },
  },
};

const SETTLE_MS = 300;

export async function runDrought(options: RunOptions): Promise<ServerRun> {
  const { contestant, ground, schedule } = options;
  const server = await contestant.start();
  try {
    const parameters = { people: ground.people, kind: options.kind };
    const aim = { contestant, url: server.url, parameters, signal: options.signal };
    await send({ ...aim, schedule: createWarmUp(schedule.shape.seed, ground.people.length) });
    await sleep(SETTLE_MS);
    const watch = server.operatorToken ? watchCause(server.url, server.operatorToken) : undefined;
    const driven = await drive(options, aim);
    const journal = (await watch?.stop()) ?? [];
    const incidents = server.operatorToken
      ? await readIncidents(server.url, server.operatorToken, driven.result.startedAtEpochMs)
      : null;
    await server.stop();
    return { ...assess(options, driven, watch), journal, incidents, leftovers: await clearLeftovers(ground.client) };
  } finally {
    await server.stop();
    await clearLeftovers(ground.client);
  }
}

type Aim = Pick<Parameters<typeof send>[0], 'contestant' | 'url' | 'parameters' | 'signal'>;

async function drive({ kind, ground, schedule, onPhase, onProgress }: RunOptions, aim: Aim) {
  const observer = await startObserver(ground.database.superuserUrl);
  const storm = await prepareStorm(kind, ground.database.url);
  try {
    const result = await send({
      ...{ ...aim, schedule, onProgress },
      onPhase(phase, startedAtEpochMs) {
        observer.beginAt(startedAtEpochMs);
        if (phase === 'drought') void storm.begin();
        if (phase === 'recovery') void storm.end();
        onPhase(phase as PhaseName);
      },
    });
    const endedAtMs = Date.now() - result.startedAtEpochMs;
    return { result, endedAtMs, connections: await observer.stop() };
  } finally {
    await storm.end();
    await observer.stop();
  }
}

function assess(
  { contestant, kind, schedule, lengths, onExchanges }: RunOptions,
  { result, endedAtMs, connections }: Awaited<ReturnType<typeof drive>>,
  watch: CauseWatch | undefined,
): Omit<ServerRun, 'journal' | 'incidents' | 'leftovers'> {
  const { records, startedAtEpochMs, total } = result;
  if (!records) throw new Error('the load engine kept no records');
  const exchanges = readExchanges(records, schedule, endedAtMs);
  onExchanges?.(exchanges);
  const firstMs = firstReportMs(exchanges) ?? phaseOf(lengths, 'drought').fromMs;
  const naming = watch ? judge(watch.sightings, kind, lengths, startedAtEpochMs) : null;
  const sinceFirst = (instant: number | null | undefined) =>
    instant === null || instant === undefined ? null : Math.max(0, instant - startedAtEpochMs - firstMs);
  return {
    ...{ server: contestant.id, name: contestant.name, kind, startedAt: startedAtEpochMs, firstReportMs: firstMs },
    figures: sumUp({ kind, lengths, exchanges, connections }),
    naming,
    detectedMs: sinceFirst(naming?.detectedAt),
    namedMs: sinceFirst(naming?.namedAt),
    connections,
    invalidBecause: total.validity.reasons,
  };
}

function judge(sightings: readonly Sighting[], kind: Kind, lengths: PhaseLengths, startedAt: number): Naming {
  const { fromMs, toMs } = phaseOf(lengths, 'drought');
  return judgeSightings(sightings, expectations[kind], { from: startedAt + fromMs, to: startedAt + toMs });
}
