/** What each parameter of a statement is for, as the places where it stands tell. */

import type { Node } from '@pgsql/types';
import type { PlaceColumn } from './scope.ts';
import { everyNode, partOf } from './sql-tree.ts';
import type { ParameterUse } from './workload.ts';

export type ParameterRole = ParameterUse['role'];

export interface ParameterFacts {
  role: ParameterRole;
  of?: PlaceColumn | undefined;
  /** The written table's column, where there is no place for it. */
  target?: { table: { schema: string | null; table: string }; column: string };
  place?: number;
}

export interface ParameterNotes {
  note(node: Node | undefined, facts: ParameterFacts): void;
  list(): ParameterUse[];
}

/** The first place that says something of a parameter counts: the same one may be given again to be shown or compared. */
export function createParameterNotes(): ParameterNotes {
  const known = new Map<number, ParameterUse>();
  const rank = ({ column, role }: ParameterUse) => (role === 'other' ? 0 : 2) + (column === undefined ? 0 : 1);
  return {
    note(node, facts) {
      if (!node) return;
      const [only, ...more] = parametersIn(node);
      if (only === undefined || more.length > 0) {
        // Two of them in one value: neither is the whole of it.
        for (const number of parametersIn(node)) if (!known.has(number)) known.set(number, { number, role: 'other' });
        return;
      }
      const use = describe(only, facts, bareParameter(node) === undefined);
      const before = known.get(only);
      if (!before || rank(use) > rank(before)) known.set(only, use);
    },
    list: () => [...known.values()].sort((a, b) => a.number - b.number),
  };
}

function describe(number: number, { of, place, role, target }: ParameterFacts, isWrapped: boolean): ParameterUse {
  const column = of
    ? { table: { schema: of.place.use.schema, table: of.place.use.table }, column: of.column }
    : (target ?? {});
  return {
    ...{ number, role },
    ...column,
    ...(place === undefined ? {} : { place }),
    ...(isWrapped ? { isWrapped: true as const } : {}),
  };
}

export function parametersIn(node: Node): number[] {
  const numbers = [...everyNode(node)].flatMap((one) => partOf(one, 'ParamRef')?.number ?? []);
  return [...new Set(numbers)];
}

/** `$1`, or `$1::uuid`. */
export function bareParameter(node: Node | undefined): number | undefined {
  const inner = withoutCasts(node);
  return partOf(inner, 'ParamRef')?.number;
}

export function withoutCasts(node: Node | undefined): Node | undefined {
  let inner = node;
  for (let cast = partOf(inner, 'TypeCast'); cast; cast = partOf(inner, 'TypeCast')) inner = cast.arg;
  return inner;
}
