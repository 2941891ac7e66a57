/**
 * SQL that reads types, functions, views, sequences, collations and extended statistics from the catalog, and which of them needs
 * which. What belongs to an extension comes with the extension.
 */

import { statement } from '../../database/index.ts';

const declaration = {
  lane: 'background',
  deadlineMs: 20_000,
  unindexedBecause: 'it reads the whole of a catalog',
} as const;

/** @param catalog such as `pg_type` */
const notOfExtension = (catalog: string, oid: string) => `not exists (
        select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass and d.objid = ${oid} and d.deptype = 'e'
      )`;
/** Schemas of $1, or all but Postgres's own. */
const ofSchemas = `case
        when $1::text[] is null then n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        else n.nspname = any ($1::text[])
      end`;

export interface TypeRow {
  oid: number;
  schema: string;
  name: string;
  kind: 'e' | 'd' | 'c' | 'r';
  labels: string[];
  /** Of a domain. */
  base: string | null;
  collation: string | null;
  isNotNull: boolean;
  checks: string[];
  /** Of a composite. */
  attributes: { name: string; type: string }[] | null;
  subtype: string | null;
  operatorClass: string | null;
  subtypeDifference: string | null;
  multirange: string | null;
  isCanonical: boolean;
}

export const readTypes = statement<[schemas: readonly string[] | null], TypeRow>({
  name: 'planner.readSnapshotTypes',
  ...declaration,
  text: `
    select
      t.oid, n.nspname::text as schema, t.typname::text as name, t.typtype::text as kind,
      array(select e.enumlabel::text from pg_catalog.pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as labels,
      case when t.typtype = 'd' then pg_catalog.format_type(t.typbasetype, t.typtypmod) end as base,
      case
        when coalesce(r.rngcollation, t.typcollation) not in (0, 100)
        then pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname)
      end as collation,
      t.typnotnull as "isNotNull",
      array(
        select pg_catalog.pg_get_constraintdef(k.oid) from pg_catalog.pg_constraint k
        where k.contypid = t.oid and k.contype = 'c'
        order by k.oid
      ) as checks,
      (
        select pg_catalog.jsonb_agg(
          pg_catalog.jsonb_build_object('name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod))
          order by a.attnum)
        from pg_catalog.pg_attribute a
        where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
      ) as attributes,
      case when r.rngsubtype is not null then pg_catalog.format_type(r.rngsubtype, null) end as subtype,
      case when not o.opcdefault then pg_catalog.quote_ident(oz.nspname) || '.' || pg_catalog.quote_ident(o.opcname) end
        as "operatorClass",
      case when r.rngsubdiff <> 0 then pg_catalog.quote_ident(fz.nspname) || '.' || pg_catalog.quote_ident(f.proname) end
        as "subtypeDifference",
      m.typname::text as multirange, coalesce(r.rngcanonical <> 0, false) as "isCanonical"
    from pg_catalog.pg_type t
    join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    left join pg_catalog.pg_class c on c.oid = t.typrelid
    left join pg_catalog.pg_range r on r.rngtypid = t.oid
    left join pg_catalog.pg_type m on m.oid = r.rngmultitypid
    left join pg_catalog.pg_opclass o on o.oid = r.rngsubopc
    left join pg_catalog.pg_namespace oz on oz.oid = o.opcnamespace
    left join pg_catalog.pg_proc f on f.oid = r.rngsubdiff
    left join pg_catalog.pg_namespace fz on fz.oid = f.pronamespace
    left join pg_catalog.pg_collation l on l.oid = coalesce(r.rngcollation, t.typcollation)
    left join pg_catalog.pg_namespace ln on ln.oid = l.collnamespace
    where (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c'))
      and ${ofSchemas} and ${notOfExtension('pg_type', 't.oid')}
    order by t.oid`,
});

export interface FunctionRow {
  oid: number;
  schema: string;
  name: string;
  language: string;
  arguments: string;
  result: string;
  resultName: string;
  returnsSet: boolean;
  hasOutput: boolean;
  volatility: 'i' | 's' | 'v';
  isStrict: boolean;
  isLeakproof: boolean;
  parallel: 's' | 'r' | 'u';
  cost: number;
  rows: number;
  /** Null where it is not in SQL, or would wait. */
  definition: string | null;
}

/** Not those that come with a range type. $2 are tables that someone holds: a body in SQL's own form is written with their names, under a lock on them. */
export const readFunctions = statement<
  [schemas: readonly string[] | null, blocked: readonly number[], isCareful: boolean, limit: number],
  FunctionRow
>({
  name: 'planner.readSnapshotFunctions',
  ...declaration,
  text: `
    select
      p.oid, n.nspname::text as schema, p.proname::text as name, l.lanname::text as language,
      pg_catalog.pg_get_function_arguments(p.oid) as arguments, pg_catalog.pg_get_function_result(p.oid) as result,
      pg_catalog.format_type(p.prorettype, null) as "resultName", p.proretset as "returnsSet",
      coalesce(p.proargmodes && '{o,b,t}'::"char"[], false) as "hasOutput", p.provolatile::text as volatility,
      p.proisstrict as "isStrict", p.proleakproof as "isLeakproof", p.proparallel::text as parallel, p.procost as cost,
      p.prorows as rows,
      case
        when l.lanname = 'sql' and (p.prosqlbody is null or not ($3::boolean or exists (
          select from pg_catalog.pg_depend d
          where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid
            and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = any ($2::oid[])
        )))
        then pg_catalog.pg_get_functiondef(p.oid)
      end as definition
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    join pg_catalog.pg_language l on l.oid = p.prolang
    where p.prokind = 'f' and p.prorettype not in (2279, 3838)
      and ${ofSchemas} and ${notOfExtension('pg_proc', 'p.oid')}
      and not exists (
        select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'i'
          and d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
      )
    order by p.oid
    limit $4`,
});

export interface ViewRow {
  oid: number;
  schema: string;
  name: string;
  columns: string[];
  options: string[] | null;
  /** Null where it would wait. */
  definition: string | null;
}

export const readViews = statement<
  [schemas: readonly string[] | null, blocked: readonly number[], isCareful: boolean, limit: number],
  ViewRow
>({
  name: 'planner.readSnapshotViews',
  ...declaration,
  text: `
    select
      c.oid, n.nspname::text as schema, c.relname::text as name, c.reloptions::text[] as options,
      array(
        select a.attname::text from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0
        order by a.attnum
      ) as columns,
      case
        when not $3::boolean and not exists (
          select from pg_catalog.pg_rewrite w
          join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
            and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = any ($2::oid[])
          where w.ev_class = c.oid
        )
        then pg_catalog.pg_get_viewdef(c.oid)
      end as definition
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'v' and c.relpersistence <> 't' and ${ofSchemas} and ${notOfExtension('pg_class', 'c.oid')}
    order by c.oid
    limit $4`,
});

export interface SmallObjectRow {
  oid: number;
  schema: string;
  name: string;
  definition: string;
}

/** Those of identity columns come with their tables. */
export const readSequences = statement<[schemas: readonly string[] | null], SmallObjectRow>({
  name: 'planner.readSnapshotSequences',
  ...declaration,
  text: `
    select
      c.oid, n.nspname::text as schema, c.relname::text as name,
      'create sequence ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) || ' as '
        || pg_catalog.format_type(s.seqtypid, null) as definition
    from pg_catalog.pg_sequence s
    join pg_catalog.pg_class c on c.oid = s.seqrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relpersistence <> 't' and ${ofSchemas} and ${notOfExtension('pg_class', 'c.oid')}
      and not exists (
        select from pg_catalog.pg_depend i
        where i.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and i.objid = c.oid and i.deptype = 'i'
      )
    order by c.oid`,
});

export interface ExtendedStatisticsRow extends Omit<SmallObjectRow, 'definition'> {
  /** Null where it would wait. */
  definition: string | null;
  tableSchema: string;
  table: string;
}

export const readExtendedStatistics = statement<
  [schemas: readonly string[] | null, blocked: readonly number[], isCareful: boolean],
  ExtendedStatisticsRow
>({
  name: 'planner.readSnapshotExtendedStatistics',
  ...declaration,
  text: `
    select
      x.oid, n.nspname::text as schema, x.stxname::text as name, cn.nspname::text as "tableSchema",
      c.relname::text as table,
      case
        when not ($3::boolean or x.stxrelid = any ($2::oid[])) then pg_catalog.pg_get_statisticsobjdef(x.oid)
      end as definition
    from pg_catalog.pg_statistic_ext x
    join pg_catalog.pg_namespace n on n.oid = x.stxnamespace
    join pg_catalog.pg_class c on c.oid = x.stxrelid
    join pg_catalog.pg_namespace cn on cn.oid = c.relnamespace
    where ${ofSchemas}
    order by x.oid`,
});

export interface CollationRow {
  oid: number;
  schema: string;
  name: string;
  provider: string;
  isDeterministic: boolean;
  locale: string | null;
  ctype: string | null;
}

export const readCollations = statement<[schemas: readonly string[] | null], CollationRow>({
  name: 'planner.readSnapshotCollations',
  ...declaration,
  text: `
    select
      c.oid, n.nspname::text as schema, c.collname::text as name, c.collprovider::text as provider,
      c.collisdeterministic as "isDeterministic",
      coalesce(pg_catalog.to_jsonb(c) ->> 'colllocale', pg_catalog.to_jsonb(c) ->> 'colliculocale', c.collcollate::text)
        as locale,
      c.collctype::text as ctype
    from pg_catalog.pg_collation c
    join pg_catalog.pg_namespace n on n.oid = c.collnamespace
    where ${ofSchemas} and ${notOfExtension('pg_collation', 'c.oid')}
    order by c.oid`,
});

/** Kinds of things that no snapshot carries, and how many there are. */
export const countUncarried = statement<
  [schemas: readonly string[] | null],
  { kind: string; names: string[]; count: number }
>({
  name: 'planner.countUncarriedObjects',
  ...declaration,
  text: `
    select all_of.kind, (pg_catalog.array_agg(all_of.name order by all_of.name))[1:3] as names,
      pg_catalog.count(*)::int as count
    from (
      select 'aggregate' as kind, p.proname::text as name
      from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where p.prokind = 'a' and ${ofSchemas} and ${notOfExtension('pg_proc', 'p.oid')}
      union all
      select 'operator', o.oprname::text
      from pg_catalog.pg_operator o
      join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
      where ${ofSchemas} and ${notOfExtension('pg_operator', 'o.oid')}
      union all
      select 'operator class', o.opcname::text
      from pg_catalog.pg_opclass o
      join pg_catalog.pg_namespace n on n.oid = o.opcnamespace
      where ${ofSchemas} and ${notOfExtension('pg_opclass', 'o.oid')}
      union all
      select 'base type', t.typname::text
      from pg_catalog.pg_type t
      join pg_catalog.pg_namespace n on n.oid = t.typnamespace
      where t.typtype = 'b' and t.typelem = 0 and ${ofSchemas} and ${notOfExtension('pg_type', 't.oid')}
    ) all_of
    group by all_of.kind
    order by all_of.kind`,
});

/** Which type, function or view cannot be made before which; a domain or composite in a table's column is no matter of this. */
export const readNeeds = statement<[oids: readonly number[]], { oid: number; needs: number }>({
  name: 'planner.readSnapshotNeeds',
  ...declaration,
  text: `
    select distinct coalesce(w.ev_class, k.contypid, owner.reltype, d.objid) as oid,
      coalesce(target.reltype_or_oid, item.typelem, d.refobjid) as needs
    from pg_catalog.pg_depend d
    left join pg_catalog.pg_rewrite w on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and w.oid = d.objid
    left join pg_catalog.pg_constraint k
      on d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and k.oid = d.objid and k.contypid <> 0
    left join pg_catalog.pg_class owner
      on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and owner.oid = d.objid and owner.relkind = 'c'
    left join lateral (
      select case when c.relkind = 'c' then c.reltype else c.oid end as reltype_or_oid
      from pg_catalog.pg_class c
      where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.refobjid
    ) target on true
    left join pg_catalog.pg_type item
      on d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and item.oid = d.refobjid and item.typelem <> 0
        and item.typcategory = 'A'
    where d.deptype in ('n', 'a', 'i')
      and coalesce(w.ev_class, k.contypid, owner.reltype, d.objid) = any ($1::oid[])
      and coalesce(target.reltype_or_oid, item.typelem, d.refobjid) = any ($1::oid[])
      and coalesce(w.ev_class, k.contypid, owner.reltype, d.objid)
        <> coalesce(target.reltype_or_oid, item.typelem, d.refobjid)`,
});
