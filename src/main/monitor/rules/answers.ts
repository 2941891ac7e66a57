/** What answers the endpoints of the rules. */

import { AppError } from '../../foundation/errors.ts';
import type { RouteInput, RouteSchema } from '../../http/index.ts';
import type { Journal } from '../journal.ts';
import type { ActivitySampler } from '../samples/activity-sampler.ts';
import type { Backend } from '../samples/backend.ts';
import { findBlocking } from './blocking.ts';
import type { How, Outcome, Target } from './end-session.ts';
import { databaseSessionChanged, databaseSessionNotFound, nothingToCancel, sessionProtected } from './errors.ts';
import type { RuleExecutor } from './executor.ts';
import { reasonNotToTouch } from './never-touch.ts';
import { rehearse } from './rehearsal.ts';
import type { RuleDefinition } from './rule.ts';
import type { RuleStore } from './rule-store.ts';
import type * as schema from './schema.ts';
import type { Surroundings } from './seen-session.ts';
import type { Sightings } from './sightings.ts';

export interface AnswerDependencies {
  store: RuleStore;
  executor: RuleExecutor;
  sightings: Sightings;
  sampler: Pick<ActivitySampler, 'sample'>;
  surroundings: () => Surroundings;
  end: (target: Target, options: { how: How; takesTurns: boolean }) => Promise<Outcome>;
  journal: Pick<Journal, 'note'>;
  nowMs: () => number;
}

type Input<S extends RouteSchema> = RouteInput<S, 'operator'>;

export function createAnswers(deps: AnswerDependencies) {
  const { executor, journal, sightings, store } = deps;
  const show = (rule: RuleDefinition): schema.Rule => toView(rule, executor);
  const list = (): schema.RuleList => ({ rules: store.list().map(show), paused: executor.paused });
  const rehearsalOf = (rule: RuleDefinition) => rehearse(rule, sightings.list(), deps.nowMs());
  const save = async (rule: RuleDefinition, userId: string, what: string): Promise<schema.Rule> => {
    const saved = await store.save(rule, userId);
    const sentence = `An operator has ${what} the rule: ${saved.name}. Its mode is ${saved.mode}.`;
    journal.note('rule_changed', sentence, { rule: saved.id, mode: saved.mode, user: userId });
    return show(saved);
  };

  return {
    list: async () => list(),
    create: async ({ body, caller, reply }: Input<typeof schema.createRule>): Promise<schema.RuleAnswer> => {
      const rule = store.propose(body);
      const rehearsal = { ...rehearsalOf(rule), ruleId: body.dryRun ? null : rule.id };
      if (body.dryRun) return { rule: show(rule), rehearsal };
      const made = await save(rule, caller.userId, 'made');
      reply.code(201);
      return { rule: made, rehearsal };
    },
    change: async ({ body, caller, params }: Input<typeof schema.changeRule>): Promise<schema.RuleAnswer> => {
      const rule = store.proposeChange(params.id, body);
      // No rule is let loose without its rehearsal.
      const rehearsal = body.dryRun || rule.mode === 'enforce' ? rehearsalOf(rule) : null;
      if (body.dryRun) return { rule: show(rule), rehearsal };
      return { rule: await save(rule, caller.userId, 'changed'), rehearsal };
    },
    delete: async ({ caller, params }: Input<typeof schema.deleteRule>): Promise<undefined> => {
      const { id, name } = await store.delete(params.id);
      journal.note('rule_deleted', `An operator has deleted the rule: ${name}.`, { rule: id, user: caller.userId });
    },
    rehearse: async ({ params }: Input<typeof schema.rehearseRule>) => rehearsalOf(store.get(params.id)),
    resume: async () => {
      executor.resume();
      return list();
    },
    end: ({ body, caller, params }: Input<typeof schema.endSession>) =>
      endByHand(deps, params.pid, body, caller.userId),
  };
}

function toView({ isBuiltIn, ...rule }: RuleDefinition, { hits }: RuleExecutor): schema.Rule {
  return { ...rule, builtIn: isBuiltIn, ...hits.of(rule.id) };
}

/** @throws AppError database_session_not_found, database_session_changed, session_protected, nothing_to_cancel */
async function endByHand(
  deps: AnswerDependencies,
  pid: number,
  { backendStart, how, mayEndMaintenance = false, queryStart }: schema.EndRequest,
  userId: string,
): Promise<schema.EndOutcome> {
  const { end, journal } = deps;
  if (pid === 0) throw sessionProtected('It is a prepared transaction: only a person may commit it or roll it back.');
  const { backend, blockingWeight } = await lookUp(deps, pid);
  if (backend.backendStart !== backendStart || backend.queryStart !== queryStart) throw databaseSessionChanged();
  const { databaseName, isPooled } = deps.surroundings();
  const reason = reasonNotToTouch(backend, { databaseName, isPooled, blockingWeight, mayEndMaintenance });
  if (reason !== null) throw sessionProtected(reason);
  if (how === 'cancel' && backend.state !== 'active') throw nothingToCancel();
  const target = { ...backend, state: backend.state ?? '' };
  const outcome = await end(target, { how, takesTurns: false });
  const { applicationName, statement } = backend;
  const what = how === 'cancel' ? 'cancelled the statement of' : 'ended';
  const done = outcome === 'ended' ? `An operator has ${what} pid ${pid}` : `An operator tried to end pid ${pid}`;
  const sentence = `${done} (${applicationName || 'a program without a name'}, ${statement}): ${outcome}.`;
  journal.note('session_ended', sentence, { pid, statement, applicationName, how, outcome, user: userId });
  if (outcome === 'protected') throw sessionProtected('It holds the lock of our migrations.');
  // Nobody takes turns by hand.
  return { outcome: outcome === 'busy' ? 'did_not_yield' : outcome };
}

async function lookUp(
  { sampler }: AnswerDependencies,
  pid: number,
): Promise<{ backend: Backend; blockingWeight: number }> {
  const sample = await sampler.sample();
  if (!sample) {
    throw new AppError(
      'overloaded',
      'database_unavailable',
      'The sessions of the database could not be read just now.',
      {
        retryAfterSeconds: 2,
      },
    );
  }
  const backend = sample.backends.find((one) => one.pid === pid);
  if (!backend) throw databaseSessionNotFound();
  return { backend, blockingWeight: findBlocking(sample.backends).get(pid)?.weight ?? 0 };
}
