/**
 * A session as rules see it: the few facts that conditions ask for, and why it would be left alone. Rules, the rehearsal and
 * the choice of a victim all read these, so that what is rehearsed is what would have happened.
 */

import { fingerprintOf, type LaneName, type Lease, listStatements } from '../../database/index.ts';
import type { ActivitySample, Backend } from '../samples/backend.ts';
import { type Blocking, findBlocking } from './blocking.ts';
import { fixedReasonNotToTouch, maintenanceOf } from './never-touch.ts';

export interface SeenSession {
  readonly pid: number;
  readonly backendStart: string;
  readonly queryStart: string | null;
  readonly transactionStart: string | null;
  readonly state: string;
  readonly statement: string;
  readonly fingerprint: string;
  readonly applicationName: string;
  readonly lane: LaneName | null;
  /** `sibling`: of another process of this server, which looks after its own. */
  readonly scope: 'own' | 'others' | 'sibling';
  /** How long it has been in its state: of an active one, how long the statement has run. */
  readonly ageMs: number;
  readonly weight: number;
  readonly victims: number;
  readonly blocksLanes: readonly string[];
  /** How long its own deadline has been over; 0 where it is not, or there is none. */
  readonly pastDeadlineMs: number;
  readonly isQueuedDdl: boolean;
  /** The lanes that were hurt at that moment. */
  readonly slowedLanes: readonly string[];
  /** Why it is never ended, whatever it stands in the way of. */
  readonly protection: string | null;
  readonly maintenance: string | null;
  readonly isReadOnly: boolean;
  /** Its transaction is this statement alone. */
  readonly isAutocommit: boolean;
}

export interface Surroundings {
  readonly databaseName: string | undefined;
  readonly isPooled: boolean;
  readonly slowedLanes: readonly string[];
  /** On the clock of the leases. */
  readonly monotonicMs: number;
}

const OUR_NAME = /^aquifer\b/;
const DDL = /^(?:alter|create|drop|truncate|reindex|cluster|vacuum full|refresh|lock|comment)\b/;
const READ = /^(?:select|with|values|table|show|fetch)\b/;
const WRITES_TOO = /\b(?:insert|update|delete|merge|into|nextval|share)\b/;

/** Everybody in the sample but those who are simply idle. */
export function seeSessions(sample: ActivitySample, surroundings: Surroundings): SeenSession[] {
  const blocking = findBlocking(sample.backends);
  const deadlines = new Map(listStatements().map(({ name, deadlineMs }) => [name, deadlineMs]));
  // A name of ours that the connection string chose is found on the sessions that are certainly ours.
  const ourNames = new Set(sample.backends.filter(({ lease }) => lease).map((backend) => backend.applicationName));
  const isOurName = (name: string) => OUR_NAME.test(name) || (name !== '' && ourNames.has(name));
  return sample.backends
    .filter(({ pid, state }) => (state !== 'idle' && state !== null) || blocking.has(pid))
    .map((backend) => {
      const scope = backend.lease ? 'own' : isOurName(backend.applicationName) ? 'sibling' : 'others';
      return { ...see(backend, blocking.get(backend.pid), surroundings), scope, pastDeadlineMs: overdue(backend) };
    });

  function overdue({ lease, state }: Backend): number {
    if (!lease?.isRunning || state !== 'active') return 0;
    const deadlineAtMs = deadlineOf(lease, deadlines);
    return Math.max(0, Math.round(surroundings.monotonicMs - deadlineAtMs)) || 0;
  }
}

type Facts = Omit<SeenSession, 'scope' | 'pastDeadlineMs'>;

function see(backend: Backend, blocking: Blocking | undefined, surroundings: Surroundings): Facts {
  const { pid, backendStart, queryStart, transactionStart, query, statement, applicationName } = backend;
  const lane = (backend.lease?.admitted.lane ?? null) as LaneName | null;
  const state = backend.state ?? 'unknown';
  const isWaiting = backend.waitEventType === 'Lock';
  return {
    ...{ pid, backendStart, queryStart, transactionStart, statement, applicationName, lane, state },
    fingerprint: query === '' ? '' : fingerprintOf(query).id,
    ageMs: Math.max(0, Math.round((state === 'active' ? backend.queryMs : backend.stateMs) ?? 0)),
    weight: blocking?.weight ?? 0,
    victims: blocking?.victims ?? 0,
    blocksLanes: [...(blocking?.lanes ?? [])].sort(),
    isQueuedDdl: state === 'active' && isWaiting && blocking !== undefined && DDL.test(query),
    slowedLanes: surroundings.slowedLanes,
    protection: fixedReasonNotToTouch(backend, surroundings),
    maintenance: maintenanceOf(backend),
    isReadOnly: READ.test(query) && !WRITES_TOO.test(query),
    isAutocommit: state === 'active' && transactionStart !== null && transactionStart === queryStart,
  };
}

/**
 * A declared statement has its deadline from its beginning on, at the latest; inside of a transaction only the request's
 * own counts.
 */
function deadlineOf(lease: Lease, deadlines: ReadonlyMap<string, number>): number {
  const ofRequest = lease.origin?.deadlineAtMs ?? Number.POSITIVE_INFINITY;
  const declaredMs = lease.inTransaction ? undefined : deadlines.get(lease.statement);
  return Math.min(ofRequest, lease.statementAtMs + (declaredMs ?? Number.POSITIVE_INFINITY));
}
