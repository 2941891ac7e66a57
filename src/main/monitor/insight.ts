/** What the monitor knows and other features may ask: what statements took, how busy the machine was, whether users are hurt. */

import { totalmem } from 'node:os';
import type { CauseReport } from './cause/schema.ts';
import type { Incidents } from './incidents/index.ts';
import type { NewEntry } from './incidents/timeline.ts';
import type { QueryStats, SeenStatement } from './query-stats/index.ts';
import type { Samples } from './samples/index.ts';
import type { ServerCores } from './samples/server-cores.ts';

export interface Insight {
  /** What each statement took over a span, wall clock in milliseconds since 1970. */
  statementsBetween(fromMs: number, toMs: number): Promise<readonly SeenStatement[]>;
  /** Points of one of the monitor's series, oldest first. */
  points(name: string, span: { fromMs: number; toMs: number; stepMs: number }): Promise<readonly InsightPoint[]>;
  /** Null where Postgres runs on another machine. */
  machine(): { cores: number; memoryBytes: number } | null;
  /** Of the disk that Postgres is on; null where it cannot be seen from here. */
  diskSpace(): { freeBytes: number; totalBytes: number } | null;
  /** A sentence where users are hurt at present, or about to be. */
  trouble(): string | null;
  /** For the timeline of incidents. */
  note(entry: NewEntry): void;
}

export interface InsightPoint {
  readonly atMs: number;
  readonly mean: number;
  readonly max: number;
}

export interface InsightParts {
  queries: Pick<QueryStats, 'seenBetween'>;
  samples: Pick<Samples, 'read' | 'diskSpace'>;
  incidents: Pick<Incidents, 'current' | 'note'>;
  cause: () => CauseReport;
  cores: Pick<ServerCores, 'count'>;
}

export function createInsight({ cause, cores, incidents, queries, samples }: InsightParts): Insight {
  return {
    statementsBetween: (fromMs, toMs) => queries.seenBetween(fromMs, toMs),
    async points(name, span) {
      const { series } = await samples.read({ name, scope: '', ...span });
      return series[0]?.points ?? [];
    },
    machine: () => (cores.count === null ? null : { cores: cores.count, memoryBytes: totalmem() }),
    diskSpace: () => samples.diskSpace(),
    trouble() {
      const incident = incidents.current();
      if (incident) return `an incident is open: ${incident.title}.`;
      const { state, verdict } = cause();
      if (state === 'calm') return null;
      return verdict ? verdict.sentence : 'the pool is in trouble.';
    },
    note: (entry) => incidents.note(entry),
  };
}
