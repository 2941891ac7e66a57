/** Statistics written to pg_statistic as ANALYZE would, for a Postgres that cannot be told of them otherwise: 14 to 17. */

/** Of the attribute's type without its domains: the default way of comparing, by its method and its strategy. */
const operator = (type: string, method: number, strategy: number) => `(
      select m.amopopr
      from pg_catalog.pg_opclass o
      join pg_catalog.pg_amop m on m.amopfamily = o.opcfamily and m.amoplefttype = o.opcintype
        and m.amoprighttype = o.opcintype and m.amopstrategy = ${strategy}
      where o.opcmethod = ${method} and o.opcdefault and o.opcintype = ${type}
      limit 1
    )`;
const BTREE = 403;
const HASH = 405;
const equal = (type: string) => `coalesce(${operator(type, BTREE, 3)}, ${operator(type, HASH, 1)}, 0)`;
/** What a type's operators are declared for. */
const family = (type: string) => `(
      select case
        when t.typtype = 'e' then 3500
        when t.typtype = 'r' then 3831
        when t.typtype = 'm' then 4537
        when t.typtype = 'c' then 2249
        when t.typcategory = 'A' then 2277
        when t.oid = 1043 then 25
        else t.oid
      end::oid
      from pg_catalog.pg_type t
      where t.oid = ${type}
    )`;
const values = (text: string, type: string) => `pg_catalog.array_in(${text}::cstring, ${type}, -1)`;

/** The same document as `RESTORE_STATISTICS`. Kinds 1 to 7 as pg_statistic.h numbers them; which slot has which is free. */
export const INSERT_STATISTICS = `
  with s as (
    select s.*, c.oid as relid, a.atttypid, a.attcollation, b.oid as base, ${family('b.oid')} as compared,
      case when b.oid = 3614 then 25::oid else e.typelem end as element
    from pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) as s (
      place int, schema text, relation text, attribute int2, inherited boolean, nulls real, width int, distincts real,
      common text, frequencies real[], bounds text, correlation real, elements text, element_frequencies real[],
      element_counts real[], lengths text, empties real, range_bounds text
    )
    join pg_catalog.pg_namespace n on n.nspname = s.schema
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = s.relation
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = s.attribute
    cross join lateral (
      with recursive types as (
        select a.atttypid as oid
        union all
        select t.typbasetype
        from types
        join pg_catalog.pg_type t on t.oid = types.oid and t.typtype = 'd'
      )
      select types.oid
      from types
      join pg_catalog.pg_type t on t.oid = types.oid and t.typtype <> 'd'
    ) b
    join pg_catalog.pg_type e on e.oid = b.oid
  ),
  o as (
    select s.*, ${equal('s.compared')} as equal, coalesce(${operator('s.compared', BTREE, 1)}, 0) as less,
      case when s.element <> 0 then ${equal(family('s.element'))} else 0 end as element_equal
    from s
  )
  insert into pg_catalog.pg_statistic (
    starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct,
    stakind1, stakind2, stakind3, stakind4, stakind5, staop1, staop2, staop3, staop4, staop5,
    stacoll1, stacoll2, stacoll3, stacoll4, stacoll5, stanumbers1, stanumbers3, stanumbers4, stanumbers5,
    stavalues1, stavalues2, stavalues4, stavalues5
  )
  select
    relid, attribute, inherited, nulls, width, distincts,
    case when common is not null then 1 else 0 end, case when bounds is not null then 2 else 0 end,
    case when correlation is not null then 3 else 0 end,
    case when lengths is not null then 6 when elements is not null then 4 else 0 end,
    case when range_bounds is not null then 7 when element_counts is not null then 5 else 0 end,
    case when common is not null then equal else 0 end, case when bounds is not null then less else 0 end,
    case when correlation is not null then less else 0 end,
    case when lengths is not null then 672 when elements is not null then element_equal else 0 end,
    case when range_bounds is null and element_counts is not null then element_equal else 0 end,
    case when common is not null then attcollation else 0 end, case when bounds is not null then attcollation else 0 end,
    case when correlation is not null then attcollation else 0 end,
    case when elements is not null then case when base = 3614 then 100 else attcollation end else 0 end,
    case when element_counts is not null then case when base = 3614 then 100 else attcollation end else 0 end,
    frequencies, case when correlation is not null then array[correlation] end,
    case when lengths is not null then array[empties] else element_frequencies end,
    case when range_bounds is null then element_counts end,
    ${values('common', 'atttypid')}, ${values('bounds', 'atttypid')},
    case when lengths is not null then ${values('lengths', '701')} else ${values('elements', 'element')} end,
    ${values('range_bounds', 'atttypid')}
  from o`;
