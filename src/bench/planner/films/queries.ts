/**
 * Questions asked of the films, of 4 to 17 tables each, in the shapes that the Join Order Benchmark made known: stars around the film,
 * chains out to what facts are about, the same table twice, filters on correlated columns. They are our own, and each is told
 * by the tables that it joins and what it filters by.
 */

import type { WorkloadStatement } from '../../../main/planner/workload/workload.ts';

/** By alias: the table, and what joins it to one that stands before it. */
const JOINS = {
  t: ['title', ''],
  kt: ['kind_type', 'kt.id = t.kind_id'],
  mc: ['movie_companies', 'mc.movie_id = t.id'],
  cn: ['company_name', 'cn.id = mc.company_id'],
  ct: ['company_type', 'ct.id = mc.company_type_id'],
  mi: ['movie_info', 'mi.movie_id = t.id'],
  it: ['info_type', 'it.id = mi.info_type_id'],
  mx: ['movie_info_idx', 'mx.movie_id = t.id'],
  ix: ['info_type', 'ix.id = mx.info_type_id'],
  mk: ['movie_keyword', 'mk.movie_id = t.id'],
  k: ['keyword', 'k.id = mk.keyword_id'],
  ci: ['cast_info', 'ci.movie_id = t.id'],
  n: ['name', 'n.id = ci.person_id'],
  ch: ['char_name', 'ch.id = ci.person_role_id'],
  rt: ['role_type', 'rt.id = ci.role_id'],
  an: ['aka_name', 'an.person_id = n.id'],
  at: ['aka_title', 'at.movie_id = t.id'],
  pi: ['person_info', 'pi.person_id = n.id'],
  ip: ['info_type', 'ip.id = pi.info_type_id'],
  cc: ['complete_cast', 'cc.movie_id = t.id'],
  c1: ['comp_cast_type', 'c1.id = cc.subject_id'],
  c2: ['comp_cast_type', 'c2.id = cc.status_id'],
  ml: ['movie_link', 'ml.movie_id = t.id'],
  lt: ['link_type', 'lt.id = ml.link_type_id'],
  t2: ['title', 't2.id = ml.linked_movie_id'],
  mc2: ['movie_companies', 'mc2.movie_id = t2.id'],
  cn2: ['company_name', 'cn2.id = mc2.company_id'],
  mx2: ['movie_info_idx', 'mx2.movie_id = t2.id'],
  k2: ['keyword', 'k2.id = mk2.keyword_id'],
  mk2: ['movie_keyword', 'mk2.movie_id = t2.id'],
} as const satisfies Record<string, readonly [string, string]>;
type Alias = keyof typeof JOINS;

/** Tables without `t`, which is in all; conditions. */
const SHAPES: readonly (readonly [string, string])[] = [
  // Four and five tables.
  ['mc ct mx', "ct.id = 1 and mc.note like '%(presents)%' and mx.info_type_id = 100 and t.production_year > 2005"],
  ['mc cn mk k', "cn.country_code = '[de]' and k.keyword like 'sequel-%'"],
  ['mi mk k', "k.keyword like '%sequel%' and mi.info = 'Bulgaria' and t.production_year > 2015"],
  ['mx ix mk k', "ix.id = 100 and mx.info > '5.0' and k.keyword like '%sequel%' and t.production_year > 2005"],
  [
    'mc ct mi it',
    "ct.id = 2 and mc.note like '%(VHS)%' and mi.info in ('Germany', 'USA') and t.production_year > 2010",
  ],
  [
    'ci n mk k',
    "k.keyword in ('sequel-1', 'sequel-41', 'sequel-81') and n.name like '%a%' and t.production_year > 2000",
  ],
  ['ml lt mk k', "lt.name like '%1%' and k.id < 50"],
  [
    'ci n an',
    "an.name like '%b%' and n.gender = 'f' and ci.note = '(voice)' and t.production_year between 2010 and 2015",
  ],
  ['at mi it', "it.id = 3 and mi.note like '%internet%' and t.production_year > 1990"],
  ['mk k mx', "mx.info_type_id = 101 and mx.info < '200' and k.id = 7"],
  // Six to eight.
  ['ci n rt mc cn', "cn.country_code = '[jp]' and rt.id = 2 and ci.note = '(voice)' and n.name like '%c%'"],
  ['an n ci pi ip', "an.name like '%a%' and ip.id = 2 and n.gender = 'm' and t.production_year between 1980 and 1995"],
  [
    'ci n rt ch mc cn',
    "ci.note like '%(voice)%' and cn.country_code = '[us]' and rt.id = 1 and t.production_year > 2005",
  ],
  [
    'mi it mx ix kt',
    "it.id = 5 and ix.id = 101 and kt.id in (1, 2) and mi.info in ('Germany', 'Japan') and mx.info < '850'",
  ],
  [
    'mc ct cn mi it',
    "cn.country_code = '[us]' and it.id = 16 and mi.note like '%internet%' and t.production_year > 1990",
  ],
  ['mk k ci n', "k.id in (1, 2, 3, 4) and n.name like 'A%' and ci.nr_order = 1"],
  ['mc cn ct ml lt mk k', "cn.country_code <> '[us]' and k.keyword like 'sequel%' and lt.id < 5 and mc.note is null"],
  [
    'mi it mx ix ci n',
    "it.id = 3 and ix.id = 100 and mi.info = 'Horror' and n.gender = 'm' and ci.note = '(producer)'",
  ],
  ['mc cn ct mi it mx ix', "cn.country_code = '[gb]' and it.id = 3 and ix.id = 100 and ct.id = 2"],
  [
    'kt mi it mx ix mk k',
    "kt.id = 1 and it.id = 5 and ix.id = 100 and k.keyword in ('sequel-1', 'sequel-121') and mx.info < '8.5'",
  ],
  [
    'at mc cn ct mi it',
    "cn.country_code = '[us]' and it.id = 2 and mi.note like '%internet%' and t.production_year > 2010",
  ],
  ['ci n ch rt mk k', "k.id = 11 and rt.id in (1, 2) and ch.name like '%d%' and t.production_year > 1995"],
  ['cc c1 c2 ci n mk k', "c1.id = 1 and c2.id = 4 and k.id < 20 and n.name like '%e%'"],
  // Nine to twelve.
  [
    'ci n an ch rt mc cn',
    "ci.note in ('(voice)', '(as himself)') and cn.country_code = '[us]' and n.gender = 'f' and rt.id = 2",
  ],
  [
    'ci n rt mc cn mi it mk k',
    "cn.country_code = '[us]' and it.id = 16 and rt.id = 2 and k.id in (5, 6) and n.gender = 'f'",
  ],
  [
    'cc c1 c2 kt mi it mx ix mk k',
    'c1.id = 2 and c2.id = 3 and kt.id = 1 and it.id = 5 and ix.id = 101 and t.production_year > 2000',
  ],
  [
    'cc c1 mc cn ct ml lt mi mk k',
    "cn.country_code <> '[us]' and mi.info in ('Germany', 'USA') and k.keyword like 'sequel%' and ct.id = 1",
  ],
  [
    'mc cn ct mi it mx ix mk k kt',
    "cn.country_code <> '[us]' and it.id = 5 and ix.id = 100 and kt.id in (1, 3) and mx.info < '7.0'",
  ],
  [
    'ci n rt an ch mc cn mi it',
    "ci.note = '(voice)' and cn.country_code = '[us]' and it.id = 16 and n.gender = 'f' and rt.id = 2",
  ],
  [
    'ci n mi it mx ix mk k',
    "it.id = 3 and ix.id = 101 and mi.info in ('Horror', 'Action') and n.gender = 'm' and k.id < 9",
  ],
  [
    'cc c1 c2 ci n mi it mx ix mk k',
    "c1.id = 1 and c2.id = 4 and it.id = 3 and ix.id = 101 and n.gender = 'm' and k.id < 30",
  ],
  ['ci n pi ip an ml lt mk k', "ip.id = 3 and an.name like '%a%' and lt.id in (1, 2) and n.phonetic like 'd%'"],
  // Thirteen and more.
  [
    'ci n rt an ch mc cn mi it mk k mx',
    "cn.country_code = '[us]' and it.id = 16 and k.id = 3 and n.gender = 'f' and rt.id = 2 and mx.info_type_id = 100",
  ],
  [
    'mc cn ml lt t2 mc2 cn2 mx mx2 ix kt',
    "cn.country_code = '[us]' and lt.id in (1, 2, 3) and ix.id = 100 and mx2.info < '3.5' and kt.id = 1",
  ],
  [
    'cc c1 c2 ci n rt an ch mc cn mi it mk k',
    "c1.id = 1 and c2.id = 4 and ci.note = '(voice)' and cn.country_code = '[us]' and rt.id = 2",
  ],
  ['ml lt t2 mc cn mc2 cn2 mx mx2 mk k mk2 k2', "lt.id < 4 and k.id < 50 and k2.id < 50 and cn.country_code = '[gb]'"],
  [
    'cc c1 c2 ci n rt an ch mc cn mi it mk k pi ip',
    "c1.id = 1 and ip.id = 2 and cn.country_code = '[us]' and it.id = 16 and k.id < 12 and n.gender = 'f'",
  ],
];

function write([aliases, conditions]: readonly [string, string]): string {
  const used = ['t', ...aliases.split(' ')] as Alias[];
  const tables = used.map((alias) => `${JOINS[alias][0]} ${alias}`);
  const joins = used.flatMap((alias) => (JOINS[alias][1] === '' ? [] : [JOINS[alias][1]]));
  return `select min(t.title), min(t.production_year), count(*)\nfrom ${tables.join(', ')}\nwhere ${[...joins, conditions].join(' and ')}`;
}

export const filmQueries: readonly WorkloadStatement[] = SHAPES.map((shape, position) => ({
  name: `films.q${position + 1}`,
  source: 'file',
  text: write(shape),
  callsPerDay: 1,
  meanMs: null,
}));
