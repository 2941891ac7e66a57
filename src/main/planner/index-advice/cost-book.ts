/**
 * What a statement costs under a set of indexes. A cost is asked of the planner once for each set of those indexes that can
 * matter to the statement (Kossmann et al., VLDB 2020, section 4.2), and not at all where a wider set was planned already and the
 * plan used nothing but what the narrower one has too: the planner would find the same plan again.
 */

import type { Plan, PlanNode } from '../plans/plan.ts';
import type { Twin } from '../twin/twin.ts';
import { planBinding } from '../workload/prepare-workload.ts';
import type { Binding } from '../workload/workload.ts';
import type { AdvisedStatement } from './advised-statements.ts';
import type { Candidate, CandidateBook } from './candidate.ts';

/** Places of candidates that plans may use, and names (`schema.name`) of existing indexes that they may not. */
export interface Configuration {
  readonly trial: ReadonlySet<number>;
  readonly hidden: ReadonlySet<string>;
}

export const NOTHING: Configuration = { trial: new Set(), hidden: new Set() };

interface Known {
  relevant: ReadonlySet<number>;
  used: ReadonlySet<number>;
  hidden: string;
  cost: number;
}

export interface CostFigures {
  configurations: number;
  plans: number;
  remembered: number;
}

export interface CostBook {
  readonly figures: Readonly<CostFigures>;
  /** Of one call, in the planner's units. */
  cost(statement: AdvisedStatement, configuration: Configuration): Promise<number>;
  /** Candidates that the statement's plans use. */
  used(statement: AdvisedStatement, configuration: Configuration): Promise<ReadonlySet<number>>;
  /** The plan of one call, as it is. */
  plan(statement: AdvisedStatement, binding: Binding, configuration: Configuration): Promise<Plan>;
}

export function createCostBook(twin: Twin, candidates: CandidateBook): CostBook {
  return new PlannedCosts(twin, candidates);
}

class PlannedCosts implements CostBook {
  readonly figures = { configurations: 0, plans: 0, remembered: 0 };
  readonly #twin: Twin;
  readonly #candidates: CandidateBook;
  readonly #known = new Map<number, Map<string, Known>>();
  readonly #relevance = new Map<number, Map<number, boolean>>();
  readonly #byTrial = new Map<string, number>();
  #named = 0;
  #present = '';

  constructor(twin: Twin, candidates: CandidateBook) {
    this.#twin = twin;
    this.#candidates = candidates;
  }

  async cost(statement: AdvisedStatement, configuration: Configuration): Promise<number> {
    return (await this.#look(statement, configuration)).cost;
  }

  async used(statement: AdvisedStatement, configuration: Configuration): Promise<ReadonlySet<number>> {
    return (await this.#look(statement, configuration)).used;
  }

  async plan(statement: AdvisedStatement, binding: Binding, configuration: Configuration): Promise<Plan> {
    await this.#configure(configuration);
    return planBinding(this.#twin, statement.statement.text, binding);
  }

  async #configure({ hidden, trial }: Configuration): Promise<void> {
    const key = keyOf(trial, hidden);
    if (key === this.#present) return;
    const names = [...trial].flatMap((place) => this.#candidates.get(place).trials.map(({ name }) => name));
    await this.#twin.configure({ trial: names, hidden: [...hidden] });
    this.#present = key;
    this.figures.configurations += 1;
  }

  #placesUsed(plan: Plan, used: Set<number>): void {
    for (; this.#named < this.#candidates.all.length; this.#named += 1) {
      for (const { name } of this.#candidates.get(this.#named).trials) this.#byTrial.set(name, this.#named);
    }
    for (const name of indexNames(plan.root)) {
      const place = this.#byTrial.get(name);
      if (place !== undefined) used.add(place);
    }
  }

  #relevantTo(statement: AdvisedStatement, trial: ReadonlySet<number>): ReadonlySet<number> {
    const ofStatement = this.#relevance.get(statement.place) ?? new Map<number, boolean>();
    this.#relevance.set(statement.place, ofStatement);
    const relevant = new Set<number>();
    for (const place of trial) {
      const known = ofStatement.get(place) ?? isRelevant(statement, this.#candidates.get(place));
      ofStatement.set(place, known);
      if (known) relevant.add(place);
    }
    return relevant;
  }

  async #look(statement: AdvisedStatement, configuration: Configuration): Promise<Known> {
    const relevant = this.#relevantTo(statement, configuration.trial);
    const hidden = [...configuration.hidden].sort().join(' ');
    const ofStatement = this.#known.get(statement.place) ?? new Map<string, Known>();
    this.#known.set(statement.place, ofStatement);
    const key = keyOf(relevant, configuration.hidden);
    const same = ofStatement.get(key) ?? [...ofStatement.values()].find((one) => answers(one, relevant, hidden));
    if (same) {
      this.figures.remembered += 1;
      return same;
    }
    await this.#configure(configuration);
    const used = new Set<number>();
    let cost = 0;
    for (const binding of statement.calls) {
      const plan = await planBinding(this.#twin, statement.statement.text, binding);
      this.figures.plans += 1;
      cost += binding.weight * plan.cost;
      this.#placesUsed(plan, used);
    }
    const found = { relevant, used, hidden, cost };
    ofStatement.set(key, found);
    return found;
  }
}

/** A plan of a wider set that uses only what the narrower one has is the narrower one's best plan too. */
function answers(known: Known, relevant: ReadonlySet<number>, hidden: string): boolean {
  return known.hidden === hidden && isWithin(known.used, relevant) && isWithin(relevant, known.relevant);
}

function isWithin(some: ReadonlySet<number>, others: ReadonlySet<number>): boolean {
  if (some.size > others.size) return false;
  for (const one of some) if (!others.has(one)) return false;
  return true;
}

/**
 * Whether an index can matter to a statement: its first key is a column that the statement reads of that table, or it holds all
 * that the statement reads.
 */
export function isRelevant(statement: AdvisedStatement, { definition, table }: Candidate): boolean {
  const [first] = definition.keys;
  return statement.uses.some(({ table: used, use }) => {
    if (used !== table) return false;
    if (first?.column === undefined || use.referenced.includes(first.column)) return true;
    const held = new Set([...definition.keys.map(({ column }) => column), ...(definition.include ?? [])]);
    return use.referenced.every((column) => held.has(column));
  });
}

function keyOf(trial: ReadonlySet<number>, hidden: ReadonlySet<string>): string {
  return `${[...trial].sort((a, b) => a - b).join(',')}|${[...hidden].sort().join(',')}`;
}

/** Names of all indexes that a plan reads. */
export function indexNames(node: PlanNode): string[] {
  const own = node['Index Name'];
  return [...(own === undefined ? [] : [own]), ...(node.Plans ?? []).flatMap(indexNames)];
}
