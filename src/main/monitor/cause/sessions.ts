/** The sessions of the server as people see them: a sample that is a second old at most, without constants. */

import type { Clock } from '../../foundation/clock.ts';
import type { ActivitySampler } from '../samples/activity-sampler.ts';
import type { ActivitySample, Backend } from '../samples/backend.ts';
import type { SessionList, SessionView } from './schema.ts';

const FRESH_MS = 1_000;

/** Takes a sample where the last one is older; where that fails, the last one is told with its age. */
export async function listSessions(sampler: ActivitySampler, clock: Pick<Clock, 'nowMs'>): Promise<SessionList> {
  const { latest } = sampler;
  const isFresh = latest !== undefined && Math.abs(clock.nowMs() - latest.atMs) < FRESH_MS;
  const sample = isFresh ? latest : ((await sampler.sample()) ?? latest);
  return sample ? toList(sample) : { at: null, hidden: 0, sessions: [] };
}

function toList({ atMs, backends, hidden }: ActivitySample): SessionList {
  return { at: new Date(atMs).toISOString(), hidden, sessions: backends.map(toView) };
}

function toView(backend: Backend): SessionView {
  const {
    isOurRole: _role,
    isSuperuser: _superuser,
    lease,
    query: _query,
    transactionStart: _start,
    ...shown
  } = backend;
  return {
    ...shown,
    blockedBy: [...backend.blockedBy],
    isOurs: lease !== undefined,
    lane: lease?.admitted.lane ?? null,
    route: lease?.origin?.route ?? null,
    tenant: lease?.origin?.tenant || null,
    requestId: lease?.origin?.requestId ?? null,
  };
}
