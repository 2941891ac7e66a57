/**
 * Tries in the twin what may cure a finding: indexes (all at once, so that the planner itself says which it would take), then the
 * statement written anew. A cure counts where the plan becomes cheaper by a fifth at least.
 */

import { creationSteps } from '../../index-advice/index-ddl.ts';
import { proposeName } from '../../index-advice/index-identity.ts';
import type { TableBook } from '../../index-advice/table-facts.ts';
import type { Plan, PlanNode } from '../../plans/plan.ts';
import { readPlan } from '../../plans/read-plan.ts';
import type { IndexDefinition, TrialIndex, Twin } from '../../twin/twin.ts';
import type { RawFinding, Rewrite } from '../finding.ts';
import type { Cure } from '../schema.ts';
import type { PlannedBinding, Subject } from '../subject.ts';
import { byteWords, costWords } from '../words.ts';

export interface CureDesk {
  readonly twin: Twin;
  readonly tables: TableBook;
  readonly showValues: boolean;
}

/** What has to be left of the cost. */
const CHEAPER = 0.8;
const CHOICES_MAX = 3;

interface Trial {
  plan: Plan;
  indexes: readonly TrialIndex[];
}

/** @returns the cure, verified or in words alone */
export async function tryCures(raw: RawFinding, subject: Subject, desk: CureDesk): Promise<Cure> {
  const { planned } = raw;
  if (!planned) return adviceCure(raw);
  const byIndex = () => indexCure(raw, planned, subject, desk);
  const byRewrite = () => rewriteCure(raw, planned, desk);
  for (const attempt of raw.prefersRewrite ? [byRewrite, byIndex] : [byIndex, byRewrite]) {
    const cure = await attempt();
    if (cure) return cure;
  }
  const [untried] = raw.rewrites ?? [];
  return untried && !raw.advice.sql ? unverifiedCure(untried, planned) : adviceCure(raw);
}

async function indexCure(
  { indexes, isJoint }: RawFinding,
  planned: PlannedBinding,
  { prepared }: Subject,
  desk: CureDesk,
): Promise<Cure | undefined> {
  const call = { text: prepared.statement.text, params: planned.binding.params };
  const tried = await tryIndexes(desk.twin, indexes ?? [], { ...call, isJoint: isJoint === true });
  if (!tried || tried.plan.cost > planned.plan.cost * CHEAPER) return undefined;
  const sizeBytes = tried.indexes.reduce((sum, one) => sum + one.sizeBytes, 0);
  const what = tried.indexes.length === 1 ? 'an index' : `${tried.indexes.length} indexes`;
  return {
    kind: 'index',
    sentence: `Create ${what} of about ${byteWords(sizeBytes)}: the cost falls from ${costWords(planned.plan.cost)} to ${costWords(tried.plan.cost)}.`,
    sql: ddlOf(tried.indexes, desk),
    needsIndex: null,
    costBefore: planned.plan.cost,
    costAfter: tried.plan.cost,
    isVerified: true,
    sizeBytes,
    caution: null,
    planAfter: readPlan(tried.plan, { snapshot: desk.twin.snapshot, showValues: desk.showValues }),
  };
}

async function rewriteCure(
  { rewrites = [] }: RawFinding,
  planned: PlannedBinding,
  desk: CureDesk,
): Promise<Cure | undefined> {
  for (const rewrite of rewrites) {
    const times = rewrite.times ?? 1;
    const before = planned.plan.cost * times;
    const call = { text: rewrite.text, params: rewrite.params ?? planned.binding.params };
    const plain = await explain(desk.twin, call);
    if (!plain) continue;
    const helped = rewrite.needs ? await tryIndexes(desk.twin, rewrite.needs, { ...call, isJoint: true }) : undefined;
    const needsIndex = helped !== undefined && helped.plan.cost < plain.cost * CHEAPER;
    const after = needsIndex ? helped.plan : plain;
    if (after.cost > before * CHEAPER) continue;
    const sizeBytes = needsIndex ? helped.indexes.reduce((sum, one) => sum + one.sizeBytes, 0) : null;
    return {
      kind: 'rewrite',
      sentence: rewrite.sentence,
      sql: rewrite.text,
      needsIndex: needsIndex ? ddlOf(helped.indexes, desk) : null,
      costBefore: before,
      costAfter: after.cost,
      isVerified: true,
      sizeBytes,
      caution: rewrite.caution,
      planAfter: readPlan(after, { snapshot: desk.twin.snapshot, showValues: desk.showValues }),
    };
  }
  return undefined;
}

interface Call {
  text: string;
  params: readonly string[];
  isJoint: boolean;
}

/** The best of them alone, or, where several work together, all that the planner takes. */
async function tryIndexes(twin: Twin, definitions: readonly IndexDefinition[], call: Call): Promise<Trial | undefined> {
  const trials = await addPossible(twin, definitions);
  if (trials.length === 0) return undefined;
  try {
    const all = await planWith(twin, trials, call);
    const used = trials.filter(({ name }) => all && indexNames(all.root).includes(name));
    if (!all || used.length === 0) return undefined;
    if (call.isJoint || used.length === 1) return { plan: all, indexes: used };
    let best: Trial | undefined;
    for (const one of used.slice(0, CHOICES_MAX)) {
      const plan = await planWith(twin, [one], call);
      if (plan && (!best || plan.cost < best.plan.cost)) best = { plan, indexes: [one] };
    }
    return best;
  } finally {
    await twin.configure({ trial: [], hidden: [] });
  }
}

/** One that cannot be, such as over an expression that depends on the time zone, leaves the others. */
async function addPossible(twin: Twin, definitions: readonly IndexDefinition[]): Promise<TrialIndex[]> {
  const made: TrialIndex[] = [];
  for (const definition of definitions) {
    try {
      made.push(...(await twin.addIndexes([definition])));
    } catch {
      // It is no index that Postgres would make.
    }
  }
  return made.filter(({ name }, place) => made.findIndex((one) => one.name === name) === place);
}

async function planWith(twin: Twin, trials: readonly TrialIndex[], call: Call): Promise<Plan | undefined> {
  await twin.configure({ trial: trials.map(({ name }) => name), hidden: [] });
  return explain(twin, call);
}

async function explain(twin: Twin, { params, text }: Pick<Call, 'text' | 'params'>): Promise<Plan | undefined> {
  try {
    return await (params.length > 0 ? twin.explain(text, { params }) : twin.explain(text));
  } catch {
    return undefined;
  }
}

function indexNames(node: PlanNode): string[] {
  const own = node['Index Name'] === undefined ? [] : [node['Index Name']];
  return [...own, ...(node.Plans ?? []).flatMap(indexNames)];
}

function ddlOf(indexes: readonly TrialIndex[], { tables, twin: { snapshot } }: CureDesk): string {
  const taken = new Set([...snapshot.indexes, ...snapshot.relations].map(({ name }) => name));
  const steps = indexes.flatMap(({ definition }) => {
    const name = proposeName(definition, definition.table, (one) => taken.has(one));
    taken.add(name);
    const table = tables.find(definition.schema, definition.table);
    return table ? creationSteps(definition, { name, table, snapshot }) : [];
  });
  return steps.join(';\n');
}

function adviceCure({ advice, planned }: RawFinding): Cure {
  return {
    kind: 'advice',
    sentence: advice.sentence,
    sql: advice.sql ?? null,
    needsIndex: null,
    costBefore: planned?.plan.cost ?? null,
    costAfter: null,
    isVerified: false,
    sizeBytes: null,
    caution: null,
    planAfter: null,
  };
}

/** It answers the same, and the twin does not see that it is cheaper. */
function unverifiedCure(rewrite: Rewrite, planned: PlannedBinding): Cure {
  return {
    kind: 'rewrite',
    sentence: rewrite.sentence,
    sql: rewrite.text,
    needsIndex: null,
    costBefore: planned.plan.cost * (rewrite.times ?? 1),
    costAfter: null,
    isVerified: false,
    sizeBytes: null,
    caution: rewrite.caution,
    planAfter: null,
  };
}
