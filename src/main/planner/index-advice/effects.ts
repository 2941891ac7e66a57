/**
 * What each advised index does to each statement. The advice has an order: the next is always the one that saves most beside
 * those before it, and its effect is what changes when it joins them. Two that only help together show it at the later one, so
 * the earlier is shown by what is lost without it.
 */

import { fingerprintOf } from '../../database/index.ts';
import { readPlan } from '../plans/read-plan.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Binding } from '../workload/workload.ts';
import type { AdvisedStatement } from './advised-statements.ts';
import type { Candidate, CandidateBook } from './candidate.ts';
import { type Configuration, type CostBook, isRelevant } from './cost-book.ts';
import { type CandidateNames, withProposedNames } from './index-names.ts';
import { EQUAL_WITHIN } from './options.ts';
import type { StatementEffect } from './schema.ts';

const MAX_SHOWN = 12;

export interface EffectSources {
  statements: readonly AdvisedStatement[];
  candidates: CandidateBook;
  costs: CostBook;
  snapshot: Snapshot;
  showValues: boolean;
  names: CandidateNames;
}

export interface IndexEffect {
  candidate: Candidate;
  /** A day, in the planner's units. */
  readSaving: number;
  effects: readonly StatementEffect[];
  more: number;
  worstTimesCheaper: number;
  bestTimesCheaper: number;
  millisecondsPerDay: number | null;
  /** Others that it needs to be of use. */
  needs: readonly Candidate[];
  /** The statements whose plans it changes. */
  changed: readonly AdvisedStatement[];
}

interface Change {
  statement: AdvisedStatement;
  before: number;
  after: number;
}

export async function measureEffects(chosen: ReadonlySet<number>, sources: EffectSources): Promise<IndexEffect[]> {
  const ordered: IndexEffect[] = [];
  const present = new Set<number>();
  const left = new Set(chosen);
  const known: Savings = new Map();
  while (left.size > 0) {
    const next = await bestNext(present, left, known, sources);
    const stands = next.saving > 0;
    const before: ReadonlySet<number> = stands
      ? new Set(present)
      : new Set([...chosen].filter((one) => one !== next.place));
    const after = new Set([...before, next.place]);
    const needs = stands ? [] : [...left].filter((one) => one !== next.place);
    ordered.push(await describe(next.place, { before, after, needs }, sources));
    present.add(next.place);
    left.delete(next.place);
    forgetNeighbours(next.place, known, sources);
  }
  return ordered;
}

/** What each would save beside those before it; only what shares a statement with the last one is asked again. */
async function bestNext(
  present: ReadonlySet<number>,
  left: ReadonlySet<number>,
  known: Savings,
  sources: EffectSources,
) {
  let best = { place: -1, saving: Number.NEGATIVE_INFINITY };
  for (const place of left) {
    const saving = known.get(place) ?? savingOf(await changesOf(place, present, new Set([...present, place]), sources));
    known.set(place, saving);
    if (saving > best.saving) best = { place, saving };
  }
  return best;
}

type Savings = Map<number, number>;

function forgetNeighbours(place: number, known: Savings, { candidates, statements }: EffectSources): void {
  const placed = candidates.get(place);
  const concerned = statements.filter((one) => isRelevant(one, placed));
  for (const other of known.keys()) {
    if (concerned.some((one) => isRelevant(one, candidates.get(other)))) known.delete(other);
  }
}

async function changesOf(
  place: number,
  before: ReadonlySet<number>,
  after: ReadonlySet<number>,
  { candidates, costs, statements }: EffectSources,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const statement of statements.filter((one) => isRelevant(one, candidates.get(place)))) {
    const change = {
      statement,
      before: await costs.cost(statement, shown(before)),
      after: await costs.cost(statement, shown(after)),
    };
    if (Math.abs(change.before - change.after) > EQUAL_WITHIN * change.before) changes.push(change);
  }
  return changes;
}

function savingOf(changes: readonly Change[]): number {
  return changes.reduce((total, { after, before, statement }) => total + statement.weight * (before - after), 0);
}

interface Step {
  before: ReadonlySet<number>;
  after: ReadonlySet<number>;
  needs: readonly number[];
}

async function describe(place: number, step: Step, sources: EffectSources): Promise<IndexEffect> {
  const changes = await changesOf(place, step.before, step.after, sources);
  const saved = ({ after, before, statement }: Change) => statement.weight * (before - after);
  changes.sort((a, b) => saved(b) - saved(a));
  const effects: StatementEffect[] = [];
  for (const change of changes.slice(0, MAX_SHOWN)) effects.push(await effectOf(change, step, sources));
  const times = changes.map(({ after, before }) => before / Math.max(after, 0.01));
  return {
    candidate: sources.candidates.get(place),
    readSaving: savingOf(changes),
    effects,
    more: Math.max(changes.length - MAX_SHOWN, 0),
    worstTimesCheaper: times.length > 0 ? Math.min(...times) : 1,
    bestTimesCheaper: times.length > 0 ? Math.max(...times) : 1,
    millisecondsPerDay: millisecondsOf(changes),
    needs: step.needs.map((one) => sources.candidates.get(one)),
    changed: changes.map(({ statement }) => statement),
  };
}

/** By what was measured of each, scaled by its cost; null where none of them was measured. */
function millisecondsOf(changes: readonly Change[]): number | null {
  const measured = changes.filter(({ statement }) => statement.statement.meanMs !== null);
  if (measured.length === 0) return null;
  const total = measured.reduce((sum, { after, before, statement }) => {
    const perCost = (statement.statement.meanMs ?? 0) / Math.max(statement.baseCost, 0.01);
    return sum + statement.callsPerDay * perCost * (before - after);
  }, 0);
  return Math.max(total, 0);
}

async function effectOf(
  { after, before, statement }: Change,
  step: Step,
  sources: EffectSources,
): Promise<StatementEffect> {
  const { costs, names, showValues, snapshot } = sources;
  const perCost = (statement.statement.meanMs ?? 0) / Math.max(statement.baseCost, 0.01);
  const milliseconds = (cost: number) => (statement.statement.meanMs === null ? null : perCost * cost);
  const binding = await mostChanged(statement, step, costs);
  const read = async (set: ReadonlySet<number>) =>
    readPlan(withProposedNames(await costs.plan(statement, binding, shown(set)), names), { snapshot, showValues });
  return {
    statement: statement.statement.name,
    text: textOf(statement, showValues),
    callsPerDay: statement.statement.callsPerDay,
    costBefore: before,
    costAfter: after,
    timesCheaper: before / Math.max(after, 0.01),
    millisecondsBefore: milliseconds(before),
    millisecondsAfter: milliseconds(after),
    before: await read(step.before),
    after: await read(step.after),
  };
}

/** The way of calling it whose plan gains most, by how often it is called that way. */
async function mostChanged({ calls, ...rest }: AdvisedStatement, step: Step, costs: CostBook): Promise<Binding> {
  const statement = { ...rest, calls };
  let best = calls[0] ?? { kind: 'none', weight: 1, params: [] };
  let most = Number.NEGATIVE_INFINITY;
  for (const binding of calls) {
    const before = await costs.plan(statement, binding, shown(step.before));
    const after = await costs.plan(statement, binding, shown(step.after));
    const saved = binding.weight * (before.cost - after.cost);
    if (saved > most) [best, most] = [binding, saved];
  }
  return best;
}

/** Declared texts hold no constants of users; those of files and servers may. */
export function textOf({ statement }: AdvisedStatement, showValues: boolean): string {
  const isOwn = statement.source === 'declared' || statement.source === 'collection';
  return isOwn || showValues ? statement.text : fingerprintOf(statement.text).text;
}

function shown(trial: ReadonlySet<number>): Configuration {
  return { trial, hidden: new Set() };
}
