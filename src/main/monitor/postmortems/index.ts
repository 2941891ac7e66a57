/** Postmortems: written from incidents, changed by people, and their measures looked at again as time goes by. */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Service } from '../../foundation/service.ts';
import { type Route, route } from '../../http/index.ts';
import type { StatementCap } from '../incidents/schema.ts';
import type { Journal } from '../journal.ts';
import type { Series } from '../samples/schema.ts';
import { createAnswers } from './answers.ts';
import type { IncidentSource } from './incident-source.ts';
import { MeasureChecker } from './measures/measure-checker.ts';
import { Postmortems } from './postmortems.ts';
import * as schema from './schema.ts';
import { PostmortemStore } from './store.ts';
import { createUpkeep } from './upkeep.ts';

export type { IncidentSource } from './incident-source.ts';

export interface PostmortemsDependencies {
  /** Where they are kept. */
  database: Database;
  /** What the incidents are of, where that is another database. */
  target?: Pick<Database, 'query'>;
  incidents: IncidentSource;
  /** The pool's series over a span; without it the plots of the pool are left out. */
  readPool?: (fromMs: number, toMs: number) => Promise<readonly Series[]>;
  /** As they stand now. */
  rules?: () => readonly { readonly id: string; readonly name: string; readonly mode: string }[];
  caps?: () => readonly Pick<StatementCap, 'statement' | 'until'>[];
  journal: Pick<Journal, 'note'>;
  /** How long after an incident has closed its postmortem is begun; 3 s when left out. */
  settleMs?: number;
  clock: Clock;
  logger: Logger;
}

const SETTLE_MS = 3_000;
const access = 'operator';
const BASE = '/v1/monitor/incidents/:id/postmortem';

export function createPostmortems(deps: PostmortemsDependencies): { routes: Route[]; services: Service[] } {
  const { caps = () => [], clock, database, incidents, journal, logger, rules = () => [], target = database } = deps;
  const store = new PostmortemStore(database);
  const checker = new MeasureChecker({ target, incidents, rules, caps, clock });
  const readPool = deps.readPool ?? (async () => []);
  const postmortems = new Postmortems({ store, incidents, checker, readPool });
  const { settleMs = SETTLE_MS } = deps;
  const upkeep = createUpkeep({ postmortems, store, incidents, journal, logger, settleMs });
  return { routes: createRoutes(createAnswers(postmortems)), services: [upkeep] };
}

function createRoutes(answers: ReturnType<typeof createAnswers>): Route[] {
  return [
    route('GET', BASE, { access, schema: schema.readPostmortem }, answers.read),
    route('POST', BASE, { access, schema: schema.writePostmortem }, answers.write),
    route('PUT', BASE, { access, schema: schema.editPostmortem }, answers.edit),
    route('GET', `${BASE}/versions`, { access, schema: schema.listPostmortemVersions }, answers.versions),
    route('GET', `${BASE}/markdown`, { access, schema: schema.readPostmortemMarkdown }, answers.markdown),
    route('GET', `${BASE}/html`, { access, schema: schema.readPostmortemHtml }, answers.html),
    route('POST', `${BASE}/measures`, { access, schema: schema.addMeasure }, answers.addMeasure),
    route('POST', `${BASE}/measures/:key`, { access, schema: schema.tickMeasure }, answers.tick),
    route('DELETE', `${BASE}/measures/:key`, { access, schema: schema.deleteMeasure }, answers.deleteMeasure),
    route('POST', `${BASE}/check`, { access, schema: schema.checkMeasures }, answers.check),
  ];
}
