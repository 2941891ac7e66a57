/** What a workload costs under a choice of indexes, asked of the twin and remembered: every method is given the same answers. */

import type { Plan, PlanNode } from '../../../main/planner/plans/plan.ts';
import type { IndexDefinition, TrialIndex, Twin } from '../../../main/planner/twin/twin.ts';
import type { Question } from '../what-if.ts';

export interface Costs {
  readonly questions: readonly Question[];
  /** How often the twin was asked. */
  readonly asked: number;
  /** Makes them, where they are not there yet; in the same order. */
  make(definitions: readonly IndexDefinition[]): Promise<TrialIndex[]>;
  /** Of one query. */
  cost(question: Question, chosen: readonly TrialIndex[]): Promise<number>;
  /** Which of them its plan uses. */
  used(question: Question, chosen: readonly TrialIndex[]): Promise<TrialIndex[]>;
  total(chosen: readonly TrialIndex[]): Promise<number>;
}

export function createCosts(twin: Twin, questions: readonly Question[]): Costs {
  const plans = new Map<string, Plan>();
  let asked = 0;
  /** Indexes of other tables change nothing. */
  const relevant = ({ shape }: Question, chosen: readonly TrialIndex[]) =>
    chosen.filter(({ definition }) => shape.uses.some(({ table }) => table === definition.table));
  const plan = async (question: Question, chosen: readonly TrialIndex[]): Promise<Plan> => {
    const trial = relevant(question, chosen).map(({ name }) => name);
    const key = JSON.stringify([question.statement.name, trial.toSorted()]);
    const known = plans.get(key);
    if (known) return known;
    asked += 1;
    await twin.configure({ trial, hidden: [] });
    const made = await twin.explain(question.statement.text);
    plans.set(key, made);
    return made;
  };
  return {
    questions,
    get asked() {
      return asked;
    },
    make: (definitions) => twin.addIndexes(definitions),
    cost: async (question, chosen) => (await plan(question, chosen)).cost,
    async used(question, chosen) {
      const names = indexesIn((await plan(question, chosen)).root);
      return relevant(question, chosen).filter(({ name }) => names.has(name));
    },
    async total(chosen) {
      let sum = 0;
      for (const question of questions) sum += (await plan(question, chosen)).cost;
      return sum;
    },
  };
}

function indexesIn(node: PlanNode): Set<string> {
  const own = node['Index Name'];
  const below = (node.Plans ?? []).flatMap((child) => [...indexesIn(child)]);
  return new Set([...(own === undefined ? [] : [own]), ...below]);
}
