/**
 * A database of films, after the idea of the Join Order Benchmark (Leis et al., VLDB 2015): 21 tables in snowflakes around one, with
 * skewed and correlated columns, so that estimates go wrong as they do in life. Schema, rows and queries are our own.
 */

import type { Client } from 'pg';

/** In thousands of films; people, credits and facts follow from it. */
export interface FilmScale {
  thousands: number;
}

const KINDS = ['kind_type', 'company_type', 'info_type', 'role_type', 'link_type', 'comp_cast_type'];

const TABLES = `
  ${KINDS.map((name) => `create table ${name} (id integer primary key, name text not null);`).join('\n')}
  create table title (id integer primary key, title text not null, kind_id integer not null, production_year integer,
    season_of integer, season_nr integer, phonetic text);
  create table name (id integer primary key, name text not null, gender char(1), phonetic text);
  create table char_name (id integer primary key, name text not null);
  create table company_name (id integer primary key, name text not null, country_code varchar(5));
  create table keyword (id integer primary key, keyword text not null, phonetic text);
  create table aka_name (id integer primary key, person_id integer not null, name text not null);
  create table aka_title (id integer primary key, movie_id integer not null, title text not null);
  create table cast_info (id integer primary key, person_id integer not null, movie_id integer not null, person_role_id integer,
    note text, nr_order integer, role_id integer not null);
  create table complete_cast (id integer primary key, movie_id integer, subject_id integer not null, status_id integer not null);
  create table movie_companies (id integer primary key, movie_id integer not null, company_id integer not null,
    company_type_id integer not null, note text);
  create table movie_info (id integer primary key, movie_id integer not null, info_type_id integer not null, info text not null, note text);
  create table movie_info_idx (id integer primary key, movie_id integer not null, info_type_id integer not null, info text not null);
  create table movie_keyword (id integer primary key, movie_id integer not null, keyword_id integer not null);
  create table movie_link (id integer primary key, movie_id integer not null, linked_movie_id integer not null, link_type_id integer not null);
  create table person_info (id integer primary key, person_id integer not null, info_type_id integer not null, info text not null);`;

/** A number from 0 to 1 that depends on `n` and `seed` alone: the rows are the same on every machine. */
const chance = (seed: number, n = 'n') =>
  `((pg_catalog.hashint8extended(${n}, ${seed}) & 9223372036854775807)::float8 / 9223372036854775807)`;
/** Few get most: the larger the power, the more uneven. */
const skewed = (seed: number, count: string, power: number) =>
  `1 + floor(power(${chance(seed)}, ${power}) * ${count})::integer`;
const among = (seed: number, ...values: string[]) =>
  `(array[${values.map((value) => `'${value}'`).join(', ')}])[1 + floor(power(${chance(seed)}, 2) * ${values.length})::integer]`;
const word = (seed: number, n = 'n') => `substr(md5((pg_catalog.hashint8extended(${n}, ${seed}) % 5000)::text), 1, 6)`;

const fill = (table: string, count: string, columns: string) =>
  `insert into ${table} select n, ${columns} from generate_series(1, ${count}) as n`;

/** Rows as statements: newer films have more of everything, the country goes with the kind of company, ratings with the year. */
function rows({ thousands }: FilmScale): string[] {
  const films = thousands * 1_000;
  const [people, companies, keywords] = [films * 2, Math.ceil(films / 10), Math.ceil(films / 20)].map(String);
  const film = `greatest(1, ${films} - ${skewed(11, String(films), 1.7)})`;
  const year = `1910 + ceil(sqrt(n::float8 / ${films}) * 112)::integer`;
  return [
    ...KINDS.map((table, at) => fill(table, String([7, 4, 113, 12, 18, 4][at]), `'${table} ' || n`)),
    fill(
      'title',
      String(films),
      `initcap(${word(1)} || ' ' || ${word(2)}), ${skewed(3, '7', 3)}, case when n % 50 = 0 then null else ${year} end,
       case when ${chance(4)} < 0.3 then greatest(1, n - 1) end, case when ${chance(4)} < 0.3 then n % 20 end, ${word(5)}`,
    ),
    fill('name', people ?? '', `initcap(${word(6)}) || ', ' || initcap(${word(7)}), ${among(8, 'm', 'f')}, ${word(9)}`),
    fill('char_name', people ?? '', `initcap(${word(10)}) || ' ' || n % 977`),
    fill(
      'company_name',
      companies ?? '',
      `initcap(${word(12)}) || ' Pictures', ${among(13, '[us]', '[gb]', '[de]', '[fr]', '[in]', '[jp]')}`,
    ),
    fill('keyword', keywords ?? '', `case when n % 40 = 1 then 'sequel-' || n else ${word(14)} || n end, ${word(15)}`),
    fill('aka_name', String(films), `${skewed(16, people ?? '', 2)}, initcap(${word(17)})`),
    fill('aka_title', String(films / 2), `${film}, initcap(${word(18)})`),
    fill(
      'cast_info',
      String(films * 12),
      `${skewed(19, people ?? '', 2.5)}, ${film}, case when n % 3 > 0 then ${skewed(20, people ?? '', 1.3)} end,
       case when n % 5 = 0 then ${among(21, '(uncredited)', '(voice)', '(producer)', '(as himself)')} end, n % 40, ${skewed(22, '12', 2)}`,
    ),
    fill('complete_cast', String(films / 4), `${film}, 1 + n % 2, 3 + n % 2`),
    fill(
      'movie_companies',
      String(films * 2),
      `${film}, ${skewed(23, companies ?? '', 3)}, case when ${chance(23)} < 0.5 then 2 else 1 end,
       case when n % 2 = 0 then ${among(24, '(2011) (worldwide)', '(1995) (VHS)', '(presents)', '(co-production)')} end`,
    ),
    // What a fact says depends on what it is about: two columns that the planner takes for independent.
    fill(
      'movie_info',
      String(films * 10),
      `${film}, k, case when k % 10 = 3 then ${among(25, 'Drama', 'Horror', 'Comedy', 'Action')}
        when k % 10 = 5 then ${among(26, 'USA', 'Germany', 'Japan', 'Bulgaria')} else ${word(27)} end,
        case when n % 9 = 0 then 'internet' end`.replaceAll(/\bk\b/g, `(${skewed(28, '113', 2)})`),
    ),
    fill(
      'movie_info_idx',
      String(films),
      `${film}, case when n % 2 = 0 then 100 else 101 end,
       case when n % 2 = 0 then to_char(1 + 9 * ${chance(29)}, 'FM0.0') else floor(1000 * ${chance(30)})::integer::text end`,
    ),
    fill('movie_keyword', String(films * 4), `${film}, ${skewed(31, keywords ?? '', 2.5)}`),
    fill('movie_link', String(films / 10), `${film}, ${skewed(32, String(films), 1)}, ${skewed(33, '18', 2)}`),
    fill('person_info', String(films * 2), `${skewed(34, people ?? '', 2)}, ${skewed(35, '39', 2)}, ${word(36)}`),
  ];
}

/** As the benchmark's authors did, foreign keys have indexes: without them plans are all alike. */
const INDEXED: Readonly<Record<string, readonly string[]>> = {
  aka_name: ['person_id'],
  aka_title: ['movie_id'],
  cast_info: ['person_id', 'movie_id', 'person_role_id', 'role_id'],
  complete_cast: ['movie_id'],
  movie_companies: ['movie_id', 'company_id', 'company_type_id'],
  movie_info: ['movie_id', 'info_type_id'],
  movie_info_idx: ['movie_id', 'info_type_id'],
  movie_keyword: ['movie_id', 'keyword_id'],
  movie_link: ['movie_id', 'linked_movie_id', 'link_type_id'],
  person_info: ['person_id', 'info_type_id'],
  title: ['kind_id'],
};

export interface FilmOptions extends FilmScale {
  /** Of foreign keys; without them, what is advised can be measured. */
  withIndexes: boolean;
}

export async function loadFilms(client: Client, { thousands, withIndexes }: FilmOptions): Promise<void> {
  await client.query(TABLES);
  for (const statement of rows({ thousands })) await client.query(statement);
  if (withIndexes) {
    for (const [table, columns] of Object.entries(INDEXED)) {
      for (const column of columns) await client.query(`create index on ${table} (${column})`);
    }
  }
  await client.query('vacuum analyze');
}
