/** Rules: what may be ended without a person, whom that would have hit, and ending one session by hand. */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import { type Route, route } from '../../http/index.ts';
import type { Journal } from '../journal.ts';
import type { ActivitySampler } from '../samples/activity-sampler.ts';
import { createAnswers } from './answers.ts';
import { endSession } from './end-session.ts';
import { type ExecutorOptions, RuleExecutor } from './executor.ts';
import { readDatabaseName } from './queries.ts';
import { RuleStore } from './rule-store.ts';
import * as schema from './schema.ts';
import { type Surroundings, seeSessions } from './seen-session.ts';
import { SightingStore } from './sighting-store.ts';
import { Sightings } from './sightings.ts';
import { findSlowedLanes } from './slowed-lanes.ts';

export interface RulesOptions {
  database: Database;
  sampler: Pick<ActivitySampler, 'onSample' | 'sample' | 'quicken' | 'hurry'>;
  journal: Pick<Journal, 'note'>;
  clock: Clock;
  logger: Logger;
}

const EVERY_MS = 10_000;
/** In runs of the service. */
const DELETE_EVERY = 60;
/** Cancelling waits for its success, and a session that does not yield takes its time. */
const END_DEADLINE_MS = 15_000;
const access = 'operator';

export interface Rules {
  routes: Route[];
  services: Service[];
  /** Undefined where there is no such rule. */
  modeOf: (id: string) => schema.Rule['mode'] | undefined;
  /** As they stand now, in this server. */
  list: () => readonly Pick<schema.Rule, 'id' | 'name' | 'mode'>[];
}

export function createRules(options: RulesOptions): Rules {
  const { clock, database, journal, logger, sampler } = options;
  const store = new RuleStore(database);
  const sightings = new Sightings();
  const upkeep = new Upkeep(database, store, new SightingStore(database, sightings));
  const lanesSlowed = () => findSlowedLanes({ slowLane: database.slowLane, snapshot: () => database.snapshot() });
  const surroundings = (): Surroundings => ({
    ...{ databaseName: upkeep.databaseName, isPooled: database.isPooled, slowedLanes: lanesSlowed() },
    monotonicMs: clock.monotonicMs(),
  });
  const end: ExecutorOptions['end'] = (target, how) => endSession(database, target, how);
  const executor = new RuleExecutor({
    ...{ clock, end, journal, logger },
    usualMs: (statement) => database.usualMs(statement) ?? 0,
    rules: () => store.list(),
    lookAgain: () => {
      sampler.quicken('a rule has acted');
      sampler.hurry();
    },
  });
  const answers = createAnswers({
    ...{ store, executor, sightings, sampler, surroundings, end, journal },
    nowMs: () => clock.nowMs(),
  });
  const periodic = createPeriodicService({
    name: 'rules',
    intervalMs: EVERY_MS,
    logger,
    run: () => upkeep.run(),
  });
  let stopListening: (() => void) | undefined;
  const service: Service = {
    name: 'rules',
    start: async () => {
      stopListening = sampler.onSample((sample) => {
        const seen = seeSessions(sample, surroundings());
        sightings.add(sample.atMs, seen);
        executor.onSample(sample, seen);
      });
      await periodic.start();
    },
    stop: async () => {
      stopListening?.();
      await periodic.stop();
      await executor.settled();
      await upkeep.saveLast();
    },
  };
  const modeOf = (id: string) => store.list().find((rule) => rule.id === id)?.mode;
  return { routes: createRoutes(answers), services: [service], modeOf, list: () => store.list() };
}

/** What is read and written every few seconds: the rules, and the sightings that a rehearsal is made of. */
class Upkeep {
  readonly #database: Database;
  readonly #store: RuleStore;
  readonly #sightings: SightingStore;
  #runs = 0;
  #isReachable = false;
  /** Until it is known, everybody is left alone. */
  databaseName: string | undefined;

  constructor(database: Database, store: RuleStore, sightings: SightingStore) {
    this.#database = database;
    this.#store = store;
    this.#sightings = sightings;
  }

  async run(): Promise<void> {
    this.#isReachable = false;
    this.databaseName ??= (await this.#database.query(readDatabaseName, []))[0]?.name;
    await this.#store.load();
    if (this.#runs === 0) await this.#sightings.restore();
    await this.#sightings.save();
    if (this.#runs % DELETE_EVERY === 0) await this.#sightings.deleteOld();
    this.#runs += 1;
    this.#isReachable = true;
  }

  /** A stop does not wait for a database that does not answer. */
  async saveLast(): Promise<void> {
    if (this.#isReachable) await this.#sightings.save().catch(() => undefined);
  }
}

function createRoutes(answers: ReturnType<typeof createAnswers>): Route[] {
  const rules = '/v1/monitor/rules';
  return [
    route('GET', rules, { access, schema: schema.listRules }, answers.list),
    route('POST', rules, { access, schema: schema.createRule }, answers.create),
    route('POST', `${rules}/resume`, { access, schema: schema.resumeRules }, answers.resume),
    route('PUT', `${rules}/:id`, { access, schema: schema.changeRule }, answers.change),
    route('DELETE', `${rules}/:id`, { access, schema: schema.deleteRule }, answers.delete),
    route('GET', `${rules}/:id/rehearsal`, { access, schema: schema.rehearseRule }, answers.rehearse),
    route(
      'POST',
      '/v1/monitor/sessions/:pid/end',
      { access, schema: schema.endSession, deadlineMs: END_DEADLINE_MS },
      answers.end,
    ),
  ];
}
