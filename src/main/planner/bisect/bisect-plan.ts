/**
 * Which change flipped a plan: between two snapshots of one database, what differs of the tables that a statement reads is put into the
 * twin piece by piece, by halving, until the fewest pieces are found that turn the old plan into the new one.
 */

import { planShapeOf } from '../../database/index.ts';
import { statementNotPlanned } from '../errors.ts';
import type { Plan } from '../plans/plan.ts';
import { readPlan } from '../plans/read-plan.ts';
import { createRelationsReader } from '../plans/relations-read.ts';
import { groupGaps } from '../snapshot/gap-groups.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { createTwin } from '../twin/create-twin.ts';
import type { Twin, TwinOptions } from '../twin/twin.ts';
import { type PreparedStatement, planBinding, prepareWorkload } from '../workload/prepare-workload.ts';
import type { Binding, WorkloadStatement } from '../workload/workload.ts';
import { type Change, listChanges } from './changes.ts';
import type { Bisection } from './schema.ts';
import { findCulprits, findThreshold } from './search.ts';
import { Stage, stageSnapshot } from './stage.ts';
import { analyzedBetween, bisectionSentence, culpritOf, remediesOf } from './words.ts';

export interface BisectStatement {
  name: string;
  /** With $1, $2, … for what changes. */
  text: string;
  /** Values for them, as texts; drawn from the statistics where left out. */
  params?: readonly string[] | undefined;
}

export interface BisectOptions {
  twin?: TwinOptions | undefined;
  showValues?: boolean | undefined;
  signal?: AbortSignal | undefined;
  /** From 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

/** @throws AppError statement_not_planned, twin_failed; the signal's reason */
export async function bisectPlan(
  before: Snapshot,
  after: Snapshot,
  statement: BisectStatement,
  options: BisectOptions = {},
): Promise<Bisection> {
  const [older, newer] = before.takenAt <= after.takenAt ? [before, after] : [after, before];
  const stage = stageSnapshot(older, newer);
  const twin = await createTwin(stage, options.twin);
  try {
    return await new Bisector({
      twin,
      before: older,
      after: newer,
      stage: new Stage(twin, older, stage),
      statement,
      options,
    }).run();
  } finally {
    await twin.close();
  }
}

interface BisectorOptions {
  twin: Twin;
  before: Snapshot;
  after: Snapshot;
  stage: Stage;
  statement: BisectStatement;
  options: BisectOptions;
}

interface Ends {
  binding: Binding;
  before: Plan;
  after: Plan;
  isFlipped: boolean;
}

const idOf = ({ root }: Plan) => planShapeOf(root).id;

class Bisector {
  readonly #with: BisectorOptions;
  #tried = 0;

  constructor(options: BisectorOptions) {
    this.#with = options;
  }

  async run(): Promise<Bisection> {
    const { after, before, stage } = this.#with;
    await stage.set([]);
    const bindings = await this.#bindings();
    const relations = createRelationsReader(after)(bindings.prepared.shape);
    const changes = listChanges(before, after, relations);
    await stage.set(changes);
    const later = await this.#bindings();
    const ends = await this.#ends([...bindings.all, ...later.all], changes);
    const culprits = ends.isFlipped ? await this.#search(changes, ends) : [];
    const isProven = culprits.length > 0 && (await this.#isProven(changes, culprits, ends));
    return this.#report({ changes, culprits, ends, isProven });
  }

  /** Values for its parameters, from the statistics as the twin has them now. */
  async #bindings(): Promise<{ prepared: PreparedStatement; all: Binding[] }> {
    const { options, statement, twin } = this.#with;
    const { name, params, text } = statement;
    const one: WorkloadStatement = { name, text, source: 'observed', callsPerDay: null, meanMs: null };
    const { setAside, statements } = await prepareWorkload(
      twin,
      [one],
      options.signal ? { signal: options.signal } : {},
    );
    const prepared = statements[0];
    if (!prepared) throw statementNotPlanned(setAside[0]?.why ?? 'It cannot be planned.');
    if (params) return { prepared, all: [{ kind: 'common', weight: 1, params: [...params] }] };
    const generic: Binding = { kind: 'none', weight: 0, params: [] };
    return { prepared, all: [...[...prepared.bindings].sort((a, b) => b.weight - a.weight), generic] };
  }

  /** The values for which the plan flips; the most common ones where it does for none. */
  async #ends(all: readonly Binding[], changes: readonly Change[]): Promise<Ends> {
    const { stage } = this.#with;
    const bindings = all.filter(
      (one, at) => all.findIndex(({ params }) => JSON.stringify(params) === JSON.stringify(one.params)) === at,
    );
    const plans = async () => {
      const made: (Plan | undefined)[] = [];
      for (const binding of bindings) made.push(await this.#plan(binding).catch(() => undefined));
      return made;
    };
    const after = await plans();
    await stage.set([]);
    const before = await plans();
    const ends = bindings.flatMap((binding, at): Ends[] => {
      const [then, now] = [before[at], after[at]];
      return then && now ? [{ binding, before: then, after: now, isFlipped: idOf(then) !== idOf(now) }] : [];
    });
    const chosen = ends.find(({ isFlipped }) => isFlipped) ?? ends[0];
    if (!chosen) throw statementNotPlanned('It cannot be planned with the same values by both snapshots.');
    this.#with.options.onProgress?.(changes.length === 0 ? 1 : 0.3);
    return chosen;
  }

  async #search(changes: readonly Change[], ends: Ends): Promise<Change[]> {
    const hasTurned = (some: readonly Change[]) => this.#hasTurned(some, ends);
    const culprits = await findCulprits(changes, hasTurned);
    this.#with.options.onProgress?.(0.7);
    if (culprits.length < 2) return culprits;
    // Halving may come upon several that do it together while another does it alone.
    for (const one of changes) if (await hasTurned([one])) return [one];
    return culprits;
  }

  async #isProven(changes: readonly Change[], culprits: readonly Change[], ends: Ends): Promise<boolean> {
    return !(await this.#hasTurned(
      changes.filter((one) => !culprits.includes(one)),
      ends,
    ));
  }

  async #hasTurned(changes: readonly Change[], { after, binding }: Ends, figure?: { change: Change; value: number }) {
    await this.#with.stage.set(changes, figure);
    return idOf(await this.#plan(binding)) === idOf(after);
  }

  #plan(binding: Binding): Promise<Plan> {
    this.#with.options.signal?.throwIfAborted();
    this.#tried += 1;
    return planBinding(this.#with.twin, this.#with.statement.text, binding);
  }

  /** At which figure between the two it flips, where a single figure is the culprit. */
  async #threshold([culprit, ...others]: readonly Change[], ends: Ends): Promise<number | undefined> {
    const figures = culprit?.figures;
    // Counted in rows on one side and in shares of them on the other, there is no way between the two.
    if (!culprit || !figures || others.length > 0 || figures.before * figures.after <= 0) return undefined;
    return findThreshold({ from: figures.before, to: figures.after }, (value) =>
      this.#hasTurned([culprit], ends, { change: culprit, value }),
    );
  }

  async #report(found: { changes: Change[]; culprits: Change[]; ends: Ends; isProven: boolean }): Promise<Bisection> {
    const { changes, culprits, ends, isProven } = found;
    const { after, before, options, statement, twin } = this.#with;
    const threshold = await this.#threshold(culprits, ends);
    const told = culprits.map((one) => culpritOf(one, analyzedBetween(one, before, after), threshold));
    const { showValues } = options;
    options.onProgress?.(1);
    return {
      statement: statement.name,
      from: before.takenAt,
      to: after.takenAt,
      isFlipped: ends.isFlipped,
      sentence: bisectionSentence(statement.name, told, isProven),
      culprits: told,
      isProven,
      changes: changes.length,
      tried: this.#tried,
      before: readPlan(ends.before, { snapshot: before, showValues }),
      after: readPlan(ends.after, { snapshot: after, showValues }),
      costRatio: ends.before.cost > 0 ? ends.after.cost / ends.before.cost : 0,
      analyzedAt: told.find(({ at }) => at !== null)?.at ?? null,
      remedies: remediesOf(told, before),
      gaps: groupGaps(twin.gaps),
    };
  }
}
