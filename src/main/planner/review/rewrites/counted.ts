/** Counting without reading everything: the planner's own figure for a table, or a count that stops where people no longer care. */

import type { SelectStmt } from '@pgsql/types';
import type { SnapshotRelation } from '../../snapshot/snapshot.ts';
import { lastName, partOf } from '../../workload/sql-tree.ts';
import type { Rewrite } from '../finding.ts';
import { nameOf } from '../subject.ts';
import { writeInline, writeSql } from './sql-text.ts';
import { selectNode } from './tree.ts';

/** A page that says "more than 10,000" says enough. */
const ENOUGH = 10_000;

/** `select count(*) from t [where …]`, and nothing else. */
export function isCount(select: SelectStmt): boolean {
  if (select.groupClause || select.fromClause?.length !== 1 || select.targetList?.length !== 1) return false;
  let value = partOf(select.targetList[0], 'ResTarget')?.val;
  while (partOf(value, 'TypeCast')) value = partOf(value, 'TypeCast')?.arg;
  const call = partOf(value, 'FuncCall');
  return lastName(call?.funcname) === 'count' && call?.agg_star === true && !call.agg_filter && !call.over;
}

export function countRewrites(select: SelectStmt, relation: SnapshotRelation): Rewrite[] {
  const name = partOf(select.targetList?.[0], 'ResTarget')?.name ?? 'count';
  const output = /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
  const bounded: Rewrite = {
    text: boundedText(select, output),
    sentence: `Count no further than ${ENOUGH.toLocaleString('en-US')}: a page can say “more than that”.`,
    caution: `Above ${ENOUGH.toLocaleString('en-US')} it answers ${(ENOUGH + 1).toLocaleString('en-US')}.`,
  };
  if (select.whereClause || relation.kind !== 'table') return [bounded];
  const regclass = `"${relation.schema.replaceAll('"', '""')}"."${relation.name.replaceAll('"', '""')}"`.replaceAll(
    "'",
    "''",
  );
  const estimated: Rewrite = {
    text: `select greatest(reltuples, 0)::bigint as ${output}\nfrom pg_catalog.pg_class\nwhere oid = '${regclass}'::regclass`,
    sentence: `Ask for what Postgres knows of ${nameOf(relation)} anyway, as of the last ANALYZE or VACUUM.`,
    caution: 'It is an estimate, some per cent off.',
  };
  return [estimated, bounded];
}

function boundedText(select: SelectStmt, output: string): string {
  const inner: SelectStmt = { ...select, targetList: [{ ResTarget: { val: { A_Const: { ival: { ival: 1 } } } } }] };
  const [whereless] = [writeSql(selectNode(inner))];
  const lines = whereless.split('\n').map((line) => `  ${line}`);
  const target = partOf(select.targetList?.[0], 'ResTarget')?.val;
  return `select ${target ? writeInline(target) : 'count(*)'} as ${output}\nfrom (\n${lines.join('\n')}\n  limit ${ENOUGH + 1}\n) as some_of_them`;
}
