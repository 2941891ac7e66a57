// Incidents, deploys, and what an operator can do with one call: cap a statement, create an index.
import type {
  Deploy,
  Impact,
  ImpactPoint,
  IncidentAction,
  IncidentDetail,
  IncidentSummary,
  IndexJob,
  RouteImpact,
  StatementCap,
  TimelineEntry,
  TimelineKind,
} from '../monitor/incidents/schema.ts';
import type { Transport } from './transport.ts';

export type {
  Deploy,
  Impact,
  ImpactPoint,
  IncidentAction,
  IncidentDetail,
  IncidentSummary,
  IndexJob,
  RouteImpact,
  StatementCap,
  TimelineEntry,
  TimelineKind,
};

export interface IncidentPageRequest {
  readonly limit?: number;
  /** What the page before gave as `nextCursor`. */
  readonly cursor?: string | undefined;
}

export interface IncidentPage {
  readonly incidents: readonly IncidentSummary[];
  readonly nextCursor: string | null;
}

export interface DeployPage {
  readonly deploys: readonly Deploy[];
  readonly nextCursor: string | null;
}

export interface NewCap {
  readonly statement: string;
  /** 0 refuses it. */
  readonly max: number;
  /** 60 when left out, a day at the most. */
  readonly minutes?: number;
  readonly reason?: string;
}

const base = '/v1/monitor';

/** Part of the monitor's client; operators only. */
export function createIncidentsClient({ send }: Transport) {
  const incidents = `${base}/incidents`;
  const pathOf = (id: string) => `${incidents}/${encodeURIComponent(id)}`;
  return {
    incidents: (request: IncidentPageRequest = {}, signal?: AbortSignal) =>
      send<IncidentPage>('GET', incidents, { query: { ...request }, signal }),
    incident: (id: string, signal?: AbortSignal) => send<IncidentDetail>('GET', pathOf(id), { signal }),
    /** It stays open until it is closed by hand. */
    openIncident: (title: string) => send<IncidentDetail>('POST', incidents, { body: { title } }),
    closeIncident: (id: string) => send<IncidentDetail>('POST', `${pathOf(id)}/close`),
    async writeNote(id: string, text: string): Promise<TimelineEntry> {
      return (await send<{ entry: TimelineEntry }>('POST', `${pathOf(id)}/notes`, { body: { text } })).entry;
    },
    /** One of an incident's actions: exactly the call that it carries. */
    act: (call: NonNullable<IncidentAction['call']>) => send<unknown>(call.method, call.path, { body: call.body }),
    deploys: (request: IncidentPageRequest = {}, signal?: AbortSignal) =>
      send<DeployPage>('GET', `${base}/deploys`, { query: { ...request }, signal }),
    async noteDeploy(version: string, about?: string): Promise<Deploy> {
      return (await send<{ deploy: Deploy }>('POST', `${base}/deploys`, { body: { version, about } })).deploy;
    },
    async caps(signal?: AbortSignal): Promise<readonly StatementCap[]> {
      return (await send<{ caps: StatementCap[] }>('GET', `${base}/caps`, { signal })).caps;
    },
    async capStatement(cap: NewCap): Promise<StatementCap> {
      return (await send<{ cap: StatementCap }>('POST', `${base}/caps`, { body: cap })).cap;
    },
    liftCap: (id: string) => send<void>('DELETE', `${base}/caps/${encodeURIComponent(id)}`),
    /** Begins to build it; `indexJobs` tells how far it is. */
    async createIndex(sql: string): Promise<IndexJob> {
      return (await send<{ job: IndexJob }>('POST', `${base}/indexes`, { body: { sql } })).job;
    },
    async indexJobs(signal?: AbortSignal): Promise<readonly IndexJob[]> {
      return (await send<{ jobs: IndexJob[] }>('GET', `${base}/index-jobs`, { signal })).jobs;
    },
    async cancelIndexJob(id: string): Promise<IndexJob> {
      return (await send<{ job: IndexJob }>('DELETE', `${base}/index-jobs/${encodeURIComponent(id)}`)).job;
    },
  };
}
