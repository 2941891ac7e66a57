/**
 * The twin on which a bisection is played: the newer snapshot's schema with all indexes that either snapshot has, told the older
 * snapshot's figures but for the changes that are tried.
 */

import type { Snapshot, SnapshotIndex } from '../snapshot/snapshot.ts';
import type { Twin } from '../twin/twin.ts';
import { type Change, type Draft, keyOf } from './changes.ts';

/** The schema that both can be played on. */
export function stageSnapshot(before: Snapshot, after: Snapshot): Snapshot {
  const older = new Map(before.indexes.map((one) => [keyOf(one), one]));
  const newer = new Set(after.indexes.map(keyOf));
  const tables = new Set(after.relations.map(keyOf));
  // Production's order, by which Postgres breaks ties; what was dropped since stood where it stood among the older ones.
  const indexes: SnapshotIndex[] = [];
  const dropped = before.indexes.filter((one) => !newer.has(keyOf(one)) && tables.has(keyOf(one.table)));
  for (const index of after.indexes) {
    const place = before.indexes.findIndex((one) => keyOf(one) === keyOf(index));
    while (dropped[0] && place >= 0 && before.indexes.indexOf(dropped[0]) < place)
      indexes.push(dropped.shift() as SnapshotIndex);
    indexes.push(index);
  }
  indexes.push(...dropped);
  return {
    ...after,
    indexes: indexes.map((one) => ({ ...one, isValid: one.isValid || (older.get(keyOf(one))?.isValid ?? false) })),
  };
}

export class Stage {
  readonly #twin: Twin;
  readonly #stage: Snapshot;
  readonly #before: Snapshot;
  #hidden = '';

  /** @param twin of `stageSnapshot` */
  constructor(twin: Twin, before: Snapshot, stage: Snapshot) {
    this.#twin = twin;
    this.#before = before;
    this.#stage = stage;
  }

  /**
   * As it was before, with these changes.
   *
   * @param figure in place of the change's own, for the one that is looked at closer
   */
  async set(changes: Iterable<Change>, figure?: { change: Change; value: number }): Promise<Snapshot> {
    const draft = this.#draft();
    for (const change of changes) change.apply(draft, figure?.change === change ? figure.value : undefined);
    const snapshot: Snapshot = {
      ...this.#stage,
      settings: draft.settings,
      relations: this.#stage.relations.map((one) => draft.relations.get(keyOf(one)) ?? one),
      indexes: this.#stage.indexes.map((one) => draft.indexes.get(keyOf(one)) ?? one),
    };
    await this.#twin.restate(snapshot);
    const hidden = this.#stage.indexes.filter((one) => draft.absent.has(keyOf(one)));
    const names = hidden.map(({ name, schema }) => `${schema}.${name}`);
    if (names.join('\n') !== this.#hidden) {
      await this.#twin.configure({ trial: [], hidden: names });
      this.#hidden = names.join('\n');
    }
    return snapshot;
  }

  /** The newer schema with the older figures. */
  #draft(): Draft {
    const { indexes, relations, settings } = this.#before;
    const older = new Map(relations.map((one) => [keyOf(one), one]));
    const olderIndexes = new Map(indexes.map((one) => [keyOf(one), one]));
    const absent = this.#stage.indexes.filter((one) => !(olderIndexes.get(keyOf(one))?.isValid ?? false));
    return {
      settings: { ...settings },
      absent: new Set(absent.map(keyOf)),
      relations: new Map(
        this.#stage.relations.map((now) => {
          const then = older.get(keyOf(now));
          if (!then) return [keyOf(now), now];
          const columns = now.columns.map((column) => {
            const was = then.columns.find(({ name, type }) => name === column.name && type === column.type);
            const { inheritedStatistics: _, statistics: __, ...bare } = column;
            if (!was) return column;
            const { inheritedStatistics, statistics } = was;
            return { ...bare, ...(statistics && { statistics }), ...(inheritedStatistics && { inheritedStatistics }) };
          });
          return [keyOf(now), { ...now, columns, size: then.size, toastBlocks: then.toastBlocks }];
        }),
      ),
      indexes: new Map(
        this.#stage.indexes.map((now) => {
          const then = olderIndexes.get(keyOf(now));
          if (!then) return [keyOf(now), now];
          const { expressionStatistics: _, height: __, ...bare } = now;
          const { expressionStatistics, height, size } = then;
          const figures = {
            ...(height !== undefined && { height }),
            ...(expressionStatistics && { expressionStatistics }),
          };
          return [keyOf(now), { ...bare, size, ...figures }];
        }),
      ),
    };
  }
}
