/** A database of so many alike tables with two indexes each, really filled and analysed, and queries over them: for speed. */

import type { Client } from 'pg';
import type { WorkloadStatement } from '../../main/planner/workload/workload.ts';

const nameOf = (table: number) => `part_${String(table).padStart(3, '0')}`;

export async function makeTables(client: Client, count: number, rows: number): Promise<void> {
  for (let table = 0; table < count; table += 1) {
    const name = nameOf(table);
    await client.query(`
      create table ${name} (id bigint primary key, owner_id integer not null, other_id integer not null, status text not null,
        amount numeric(10, 2) not null, note text, created_at timestamptz not null);
      insert into ${name}
      select n, 1 + n * 7919 % 1000, 1 + n * 104729 % ${rows}, (array['open', 'done', 'lost', 'late'])[1 + n * n % 4], n % 977,
        md5(n::text), timestamptz '2026-01-01' + n * interval '1 minute'
      from generate_series(1, ${rows}) n;
      create index on ${name} (created_at)`);
  }
  await client.query('vacuum analyze');
}

const SHAPES: readonly ((name: string, other: string) => string)[] = [
  (name) => `select * from ${name} where owner_id = $1 order by created_at desc limit $2`,
  (name) => `select id, status from ${name} where status = $1 and amount > $2`,
  (name, other) =>
    `select a.id, b.note from ${name} a join ${other} b on b.id = a.other_id where a.owner_id = $1 and b.status = $2`,
  (name) => `select count(*) from ${name} where other_id = $1 and created_at >= $2 and created_at < $3`,
  (name, other) =>
    `select a.status, sum(b.amount) from ${name} a join ${other} b on b.owner_id = a.owner_id where a.id = $1 group by 1`,
  (name) => `update ${name} set status = $1 where owner_id = $2 and other_id = $3`,
];

export function queriesOver(tables: number, queries: number): WorkloadStatement[] {
  return Array.from({ length: queries }, (_, place) => {
    const [name, other] = [nameOf(place % tables), nameOf((place * 7 + 3) % tables)];
    const text = SHAPES[place % SHAPES.length]?.(name, other) ?? '';
    return { name: `many.q${place + 1}`, source: 'file', text, callsPerDay: 1_000, meanMs: null };
  });
}
