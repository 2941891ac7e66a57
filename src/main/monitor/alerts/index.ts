/** Alerts: what has to be known, who is told of it is for others to say, and what an operator answers. */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import { type Route, route } from '../../http/index.ts';
import type { Journal } from '../journal.ts';
import type { ActivitySampler } from '../samples/activity-sampler.ts';
import type { ReadingHub } from '../samples/reading-hub.ts';
import type { TrackerFan } from '../tracker-fan.ts';
import { AlertRuleStore } from './alert-rule-store.ts';
import { AlertStore } from './alert-store.ts';
import { AlertUpkeep } from './alert-upkeep.ts';
import { createAlertAnswers } from './answers.ts';
import { AlertEngine, lastedSentence } from './engine.ts';
import type { Missed } from './feedback.ts';
import * as schema from './route-schemas.ts';
import type { Alert } from './schema.ts';

export type { AlertChange, AlertListener } from './alert-book.ts';
export { AlertEngine } from './engine.ts';

export interface AlertsOptions {
  database: Database;
  /** Where figures are published. */
  hub: Pick<ReadingHub, 'onReadings'>;
  /** What the pool reports to; left out where no pool of ours serves users. */
  tracker?: Pick<TrackerFan, 'add'>;
  sampler?: Pick<ActivitySampler, 'latest'>;
  journal: Pick<Journal, 'note'>;
  clock: Clock;
  logger: Logger;
  /** The sentence of the cause that is known at present. */
  readCause?: () => string | null;
  /** The id of the incident that is open. */
  readIncident?: () => string | null;
  /** For so long all signs of an alert have to be gone; two minutes when left out. */
  settleMs?: number;
}

const LOOK_EVERY_MS = 500;
const KEEP_EVERY_MS = 10_000;
const access = 'operator';

export function createAlerts(options: AlertsOptions): { routes: Route[]; services: Service[]; engine: AlertEngine } {
  const { clock, database, journal, logger } = options;
  const store = new AlertStore(database);
  const engine = createEngine(options, (alert) => store.keep(alert));
  const rules = new AlertRuleStore(database, (all) => engine.setRules(all));
  const missed: Missed[] = [];
  engine.onAlert((alert, change) => {
    store.keep(alert);
    if (change === 'updated') return;
    const details = { alert: alert.id, rule: alert.ruleId, severity: alert.severity, scope: alert.scope };
    if (change === 'fired') journal.note('alert_fired', alert.sentence, details);
    else journal.note('alert_resolved', `Over: ${alert.ruleName}. ${lastedSentence(alert)}`, details);
  });
  const upkeep = new AlertUpkeep({ engine, rules, store, missed, clock });
  const answers = createAlertAnswers({ engine, rules, store, missed, journal, clock, logger });
  return { routes: createRoutes(answers), services: [createService(options, engine, upkeep)], engine };
}

function createEngine(options: AlertsOptions, onAmended: (alert: Alert) => void): AlertEngine {
  const { clock, database, logger, readCause, readIncident, sampler, settleMs, tracker } = options;
  return new AlertEngine({
    ...{ clock, logger, onAmended },
    latestSample: () => sampler?.latest,
    ...(tracker
      ? {
          listLeases: () => database.listLeases(),
          poolLimit: () => database.snapshot().limit,
          usualMs: (statement: string) => database.usualMs(statement),
        }
      : {}),
    ...(readCause ? { readCause } : {}),
    ...(readIncident ? { readIncident } : {}),
    ...(settleMs === undefined ? {} : { settleMs }),
  });
}

function createService(options: AlertsOptions, engine: AlertEngine, upkeep: AlertUpkeep): Service {
  const { hub, logger, tracker } = options;
  const looking = createPeriodicService({
    ...{ name: 'alerts look', intervalMs: LOOK_EVERY_MS, logger },
    run: async () => engine.look(),
  });
  const keeping = createPeriodicService({
    ...{ name: 'alerts keep', intervalMs: KEEP_EVERY_MS, logger },
    run: () => upkeep.run(),
  });
  let stops: (() => void)[] = [];
  return {
    name: 'alerts',
    start: async () => {
      if (stops.length > 0) return;
      stops = [hub.onReadings((atMs, readings) => engine.observe(atMs, readings))];
      if (tracker) stops.push(tracker.add(engine.tracker));
      await looking.start();
      await keeping.start();
    },
    stop: async () => {
      for (const stop of stops) stop();
      stops = [];
      await looking.stop();
      await keeping.stop();
      await upkeep.saveLast();
    },
  };
}

function createRoutes(answers: ReturnType<typeof createAlertAnswers>): Route[] {
  const alerts = '/v1/monitor/alerts';
  const rules = '/v1/monitor/alert-rules';
  return [
    route('GET', alerts, { access, schema: schema.listAlerts }, answers.list),
    route('POST', `${alerts}/missed`, { access, schema: schema.reportMissed }, answers.missed),
    route('POST', `${alerts}/:id/feedback`, { access, schema: schema.giveFeedback }, answers.feedback),
    route('GET', rules, { access, schema: schema.listAlertRules }, answers.listRules),
    route('POST', rules, { access, schema: schema.createAlertRule }, answers.createRule),
    route('PUT', `${rules}/:id`, { access, schema: schema.changeAlertRule }, answers.changeRule),
    route('DELETE', `${rules}/:id`, { access, schema: schema.deleteAlertRule }, answers.deleteRule),
  ];
}
