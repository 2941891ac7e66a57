/** The text that counts a table's rows as far as it is cheap, and then believes the planner's statistics. */

/**
 * @param table with its schema; ours, never a caller's
 * @param condition which rows count; all when left out
 */
export function countText(table: string, condition?: string): string {
  return `
    select (case
      when few.count <= $1 then few.count
      else greatest(few.count, (
        select c.reltuples::bigint
        from pg_catalog.pg_class c
        where c.oid = '${table}'::regclass
      ))
    end)::float8 as count
    from (
      select count(1) as count
      from (
        select
        from ${table}${condition === undefined ? '' : `\n        where ${condition}`}
        limit $1 + 1
      ) first
    ) few`;
}
