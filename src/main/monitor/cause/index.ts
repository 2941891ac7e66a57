/** What hurts and why: the watch over the pool, and the endpoints that tell what it saw. */

import type { Service } from '../../foundation/service.ts';
import { type Route, route } from '../../http/index.ts';
import type { TrackerFan } from '../tracker-fan.ts';
import { CauseWatch, type CauseWatchOptions } from './cause-watch.ts';
import { type CauseReport, listJournal, listSessions as listSessionsSchema, readCause } from './schema.ts';
import { listSessions } from './sessions.ts';

export type { ExplainPlanFlip } from './flip-inquiry.ts';
export type { ReadPlan } from './plan.ts';
export type { Verdict } from './schema.ts';

export interface CauseOptions extends CauseWatchOptions {
  /** What the pool reports to. */
  tracker: TrackerFan;
  /** Without samples no cause is named; what is asked for by hand is looked up all the same. */
  isSampling: boolean;
}

const access = 'operator';

export interface Cause {
  routes: Route[];
  services: Service[];
  /** Calm or trouble, and what was said of it. */
  report: () => CauseReport;
}

export function createCause(options: CauseOptions): Cause {
  const { clock, isSampling, journal, sampler, tracker } = options;
  const watch = new CauseWatch(options);
  if (isSampling) tracker.add(watch.tracker);
  const report = () => watch.report();
  const routes = createCauseRoutes({ report, sampler, journal, clock });
  return { routes, services: isSampling ? [watch.service] : [], report };
}

/** What hurts, who is connected, and what was done; whoever it is that names the cause. */
export function createCauseRoutes({
  clock,
  journal,
  report,
  sampler,
}: Pick<CauseWatchOptions, 'clock' | 'journal' | 'sampler'> & Pick<Cause, 'report'>): Route[] {
  return [
    route('GET', '/v1/monitor/cause', { access, schema: readCause }, async () => report()),
    route('GET', '/v1/monitor/sessions', { access, schema: listSessionsSchema }, () => listSessions(sampler, clock)),
    route('GET', '/v1/monitor/journal', { access, schema: listJournal }, async ({ query }) =>
      toPage(journal.page(query.limit, query.cursor)),
    ),
  ];
}

function toPage({ entries, nextCursor }: ReturnType<CauseWatchOptions['journal']['page']>) {
  return { entries: entries.map(({ details, ...entry }) => ({ ...entry, details: { ...details } })), nextCursor };
}
